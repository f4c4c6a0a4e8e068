// Nodes that send snapshots and were not admitted, for an operator to inspect and admit.
//
// Bounded whatever strangers send: a key has one place, however many names its owner uses; signed and unsigned senders
// have separate places; and a sender that continues keeps its place against newcomers. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::loop {

// All but `why` is what the node itself says: nothing of it was checked.
struct WaitingNode {
  std::string name, host_uuid, uri;
  std::string key, fingerprint;  // "": its snapshots are not signed
  std::string why;               // it waits: a sentence, with what an operator can do
  WallTime first_seen{}, last_seen{};
  bool operator==(const WaitingNode&) const = default;
};

class WaitingList {
 public:
  static constexpr std::size_t kMostOfAKind = 500;                // signed, and unsigned
  static constexpr Milliseconds kQuiet{std::chrono::minutes(5)};  // who was silent for so long makes room
  static constexpr Milliseconds kForgotten{std::chrono::hours(1)};

  enum class Seen { kNew, kAgain, kNoRoom };
  // first_seen is kept from before.
  Seen see(WaitingNode node, WallTime now);
  void forget_silent(WallTime now);
  void remove(const std::function<bool(const WaitingNode&)>& which);

  std::vector<WaitingNode> nodes() const;  // by name
  std::size_t size() const { return signed_.size() + unsigned_.size(); }
  std::uint64_t without_room() const { return without_room_; }  // sightings that found no place

 private:
  using Places = std::map<std::string, WaitingNode>;
  static bool make_room(Places& places, WallTime now);
  Places signed_;    // by fingerprint
  Places unsigned_;  // by all that it says of itself
  std::uint64_t without_room_ = 0;
};

}  // namespace hotspot::loop
