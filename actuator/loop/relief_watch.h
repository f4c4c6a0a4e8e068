// Measures what our actions relieved: after each of them, some time later, predicted against measured.
//
// An action is not counted, with the reason, if it cannot be measured: no relief was predicted, or less than the least
// gain; another action of ours touched the node (or, of a growth, the domain) before; a node went stale; the domain did
// not stay where the action brought it; domains came or left; somebody else changed one of them; or the load of others
// changed so much that it alone decides. A rise of others' load on a node that was short of the resource counts: what
// was freed is what they waited for. What is under way is forgotten with the lead. PURE: time is an argument. Bounded.
// Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/relief_options.h"
#include "actuator/loop/relief_reading.h"
#include "actuator/plan/domain_rests.h"
#include "actuator/plan/planner.h"
#include "actuator/plan/trust.h"
#include "actuator/ports/journal.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

// After an action of the rule, before it is measured: the option, the longest range that the rule reads (half an hour
// at most), or four of the node's intervals.
Milliseconds settle_time(const ReliefOptions& options, const rules::Rule* rule, const model::Node* node);

class ReliefWatch {
 public:
  static constexpr std::size_t kMostWatched = 256;
  static constexpr std::size_t kMostReadings = 500;  // of one action

  struct Finding {
    std::string rule, action, subject;             // subject: "CPU of h1"
    std::optional<plan::MeasuredRelief> measured;  // empty: not counted
    std::string why_not;                           // then: a sentence
  };
  struct View {
    const model::Cluster& cluster;
    const model::Freshness& freshness;
    const plan::DomainRests& rests;  // of domains that somebody else changed
    WallTime now{};
  };

  explicit ReliefWatch(const ReliefOptions& options) : options_(options) {}

  // An action of ours begins: what it touches is measured so far and no longer.
  void begins(const model::Action& action, WallTime now);
  // It has begun, and a rule decided it; `rule`: null, if it is not in use. in_flight: with or without the action.
  void watch(const plan::Decision& decision, const rules::Rule* rule, const std::vector<plan::InFlight>& in_flight,
             const model::Cluster& cluster);
  void ended(const ports::JournalEntry& entry, WallTime now);
  // Takes in the newest snapshots. Returns what was found since the last call.
  std::vector<Finding> advance(const View& view);
  std::vector<Finding> take_findings() { return std::exchange(found_, {}); }
  void clear() { watched_.clear(), found_.clear(); }
  std::size_t size() const { return watched_.size(); }

 private:
  struct Watched {
    std::string rule;
    ReliefExpected expected;
    ReliefReading before;
    Milliseconds settle{0};
    WallTime begun{};
    std::optional<WallTime> ended;
    std::vector<ReliefReading> after;
    std::string spoiled;  // why it cannot be measured any more
  };
  using All = std::map<std::string, Watched>;  // by action
  void not_counted(const std::string& rule, const std::string& action, std::string why);
  void take(Watched& one, const View& view);
  bool is_over(const std::string& action, const Watched& one, WallTime now);
  void conclude(const std::string& action, const Watched& one, WallTime now);

  ReliefOptions options_;
  All watched_;
  std::vector<Finding> found_;
};

}  // namespace hotspot::loop
