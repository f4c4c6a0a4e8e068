// Gathers evidence from entries of Redis, newest first, one at a time.
//
// PURE, and never trusts its input: invalid entries are counted and skipped.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "actuator/ctl/report/evidence.h"
#include "actuator/ports/journal.h"
#include "actuator/record/decision.h"
#include "actuator/record/status.h"

namespace hotspot::ctl::report {

class Gatherer {
 public:
  // most: per kind.
  Gatherer(WallTime from, WallTime until, std::size_t most = kMostOfAKind);

  // Adds the field `decision` of an entry.
  void decision(std::string_view json);
  // Adds an entry of the journal; those of one action may come in any order.
  void entry(const ports::JournalEntry& entry);
  void unreadable(std::size_t count = 1) { evidence_.reach.unreadable += count; }
  // Adds the key `status`: what fires now, and since when hotspotd has been silent.
  void status(const record::Status& status);
  // When the oldest decision that is kept arrived in Redis: nothing is known about the time before.
  void oldest(WallTime at) { evidence_.reach.oldest = at; }
  void cut() { evidence_.reach.cut = true; }

  // In order of time, with all actions that were planned within the time range. To be called once.
  Evidence take();

 private:
  bool within(WallTime at) const { return at >= evidence_.reach.from && at <= evidence_.reach.until; }
  void resolved(const record::Decision& ended);
  void decided(const record::Decision& made);
  void notice(const record::Decision& told, std::vector<SeenNotice>& into);
  void drop_those_over();

  std::size_t most_;
  std::optional<WallTime> earliest_;  // of the decisions that were read, by their own clock
  Evidence evidence_;
  std::map<std::string, std::size_t> places_;  // of actions, by id
};

}  // namespace hotspot::ctl::report
