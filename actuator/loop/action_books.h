// What actions leave for later plans: cooldowns, durations of migrations, refusals of targets, recent steps, which
// rules may act, and when an action last ended on a node.
//
// PURE: time is an argument. Thread rule: one thread, the loop's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/plan/guardrails.h"
#include "actuator/plan/migration_book.h"
#include "actuator/plan/recent_steps.h"
#include "actuator/plan/target_refusals.h"
#include "actuator/plan/trust.h"
#include "actuator/ports/journal.h"
#include "telemetry/units.h"

namespace hotspot::loop {

class ActionBooks {
 public:
  explicit ActionBooks(const plan::Limits& limits) : limits_(limits) {}

  // Of the journal's newest entries, when the lead was taken.
  void take_lead(const std::vector<ports::JournalEntry>& newest);
  // Before each plan: what is over is forgotten, and no end lies in the future.
  void review(const model::Cluster& cluster, WallTime now);

  // An action of ours has its intent in the journal.
  void begun(const std::string& action_id) { begun_.insert(action_id); }
  // What it was for is over, before it was started. False: it is not ours, or that is known already.
  bool may_let_go(const std::string& action_id) const {
    return begun_.contains(action_id) && !let_go_.contains(action_id);
  }
  void let_go(const std::string& action_id) { let_go_.insert(action_id); }
  // Returns a sentence for people if a target is distrusted because of it.
  std::optional<std::string> ended(const ports::JournalEntry& entry, const model::Cluster& cluster, WallTime now);

  plan::CooldownBook cooldowns;
  plan::MigrationBook migrations;
  plan::TargetRefusals refusals;
  plan::RecentSteps steps;
  plan::Trust trust;
  const std::map<std::string, WallTime>& node_action_ended() const { return node_action_ended_; }  // by node UUID
  std::size_t under_way() const { return begun_.size() + let_go_.size(); }

 private:
  std::optional<std::string> note_refusal(const ports::JournalEntry& entry, const model::Cluster& cluster,
                                          WallTime now);

  plan::Limits limits_;
  std::set<std::string> begun_, let_go_;  // ids of actions under way
  std::map<std::string, WallTime> node_action_ended_;
};

}  // namespace hotspot::loop
