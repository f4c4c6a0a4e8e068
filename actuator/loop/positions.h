// Remembers the position of each admitted node's signed snapshots, to recognise replays.
//
// The highest (boot, sequence) of each node and key is kept in `state` across leaders. An entry of the stream that is
// read a second time (at a start, after a lost connection) is no replay: its stream id is not later than the known one.
// PURE.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "telemetry/envelope.h"
#include "telemetry/result.h"

namespace hotspot::loop {

class Positions {
 public:
  enum class Step { kForth, kReadAgain, kReplayed };
  // stream_id: "1700000000000-3"; "" is later than any.
  Step advance(const std::string& id, const std::string& fingerprint, const telemetry::Position& position,
               std::string_view stream_id);
  // Of nodes and keys that are not known any more.
  template <typename Known>
  void forget_unless(const Known& known) {
    std::erase_if(highest_, [&](const auto& entry) { return !known(entry.first.first, entry.first.second); });
  }

  std::string save() const;
  // The higher of each holds: this process may have seen more than what was saved.
  Result<void> restore(std::string_view saved);

 private:
  using StreamId = std::pair<std::uint64_t, std::uint64_t>;
  struct Highest {
    telemetry::Position position;
    StreamId at;
  };
  static StreamId stream_id_of(std::string_view text);
  std::map<std::pair<std::string, std::string>, Highest> highest_;  // by id and fingerprint
};

}  // namespace hotspot::loop
