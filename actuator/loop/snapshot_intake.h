// Processes snapshots in turns by node, as many in a round as the budget allows, so that the rules see each of them.
//
// A node may have sent several since the rules were evaluated last, and rules that count samples have to see each:
// before a node's next snapshot is processed, the leader evaluates the rules. Where nothing is acted upon (a standby,
// and snapshots from before their node was proven), the rules only observe it. Uses no ports except the clock. Thread
// rule: one thread, the loop's.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/arrival_queue.h"
#include "actuator/loop/intake_budget.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/snapshot_source.h"

namespace hotspot::loop {

class SnapshotIntake {
 public:
  // What is done with snapshots, by others.
  struct Steps {
    std::function<bool(ports::Arrival&)> admits;         // does it count?
    std::function<std::vector<ports::Arrival>()> early;  // those of nodes that have just been proven
    std::function<void(ports::Arrival)> process;
    std::function<void()> keep_lead;  // renews the lease if that is due: there may be thousands of snapshots
    std::function<bool()> leads;
    std::function<void()> observe, evaluate;  // the rules; see rules_have_seen()
  };
  SnapshotIntake(const ports::Clock& clock, Steps steps) : clock_(clock), steps_(std::move(steps)) {}

  void take(std::vector<ports::Arrival> arrivals);
  // What nodes sent before libvirt had said who they are fills the ranges of the rules.
  void take_early();
  // What is waiting, within the budget of this round.
  void process_waiting();
  void begin_round() { budget_.begin_round(); }
  // The rules have observed all that was processed.
  void rules_have_seen() { unseen_ = {}; }

  bool is_behind() const { return !queue_.empty(); }
  ArrivalRoom room() const { return queue_.room(); }

 private:
  bool look_between();

  const ports::Clock& clock_;
  Steps steps_;
  ArrivalQueue queue_;   // what counts and was not processed yet
  IntakeBudget budget_;  // of this round
  struct {
    std::set<std::string> nodes;  // UUIDs of those processed since the rules observed last
    bool are_early = true;        // all of them
  } unseen_;
};

}  // namespace hotspot::loop
