// Gathers evidence from entries as Redis has them, newest first, one after the other.
//
// PURE, and never trusts its input: what is no decision, or of another shape, is counted, not taken.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "actuator/ctl/report/evidence.h"
#include "actuator/ports/journal.h"

namespace hotspot::ctl::report {

// An entry that is longer than this was not written by hotspotd, whose explanations are short.
inline constexpr std::size_t kMostEntryBytes = 256 * 1024;

class Gatherer {
 public:
  // most: of a kind.
  Gatherer(WallTime from, WallTime until, std::size_t most = kMostOfAKind);

  // The field `decision` of an entry.
  void decision(std::string_view json);
  // An entry of the journal; those of one action may come in any order.
  void entry(const ports::JournalEntry& entry);
  void unreadable(std::size_t count = 1) { evidence_.reach.unreadable += count; }
  // The key `status`: what fires now, and since when hotspotd is silent.
  void status(const nlohmann::json& status);
  // When the oldest decision that is kept came to Redis: before it, nothing is known.
  void oldest(WallTime at) { evidence_.reach.oldest = at; }
  void cut() { evidence_.reach.cut = true; }

  // In order of time, with all actions that were planned within the time. Call it once.
  Evidence take();

 private:
  bool within(WallTime at) const { return at >= evidence_.reach.from && at <= evidence_.reach.until; }
  void resolved(const nlohmann::json& json, WallTime at);
  void decided(const nlohmann::json& json, WallTime at, const std::string& outcome);
  void notice(const nlohmann::json& json, WallTime at, std::vector<SeenNotice>& into);
  void drop_those_over();

  std::size_t most_;
  std::optional<WallTime> earliest_;  // of the decisions that were read, by their own clock
  Evidence evidence_;
  std::map<std::string, std::size_t> places_;  // of actions, by id
};

}  // namespace hotspot::ctl::report
