// The planner: from firings to what shall be done, on a projection of the cluster.
//
// PURE. The same input gives the same decisions. It proposes at most what the guardrails allow, including what is under
// way. The remedies of a rule are tried in order; the first possible one is used. Firings with stale data
// (Firing::fresh false) are never acted upon.
//
// Migration target: a node that fits within the margins. In order of preference: one without recent refusals
// (target_refusals.h), one that has the domain's disks (storage.h) rather than one to which they would be copied, the
// least memory promised beyond what it has, the lowest projected CPU ratio, the most memory left, the lower UUID.
// Domain to move off a hot node: by the rule's `select`; least migration time (of equals the least downtime, see
// migration_time.h) among the domains whose move cures the hotspot, and if none cures it alone, the one that helps
// most. A move must not make the target hot.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/memory_peaks.h"
#include "actuator/plan/approval.h"
#include "actuator/plan/decision.h"
#include "actuator/plan/guardrails.h"
#include "actuator/plan/migration_book.h"
#include "actuator/plan/recent_steps.h"
#include "actuator/plan/restraints.h"
#include "actuator/plan/target_refusals.h"
#include "actuator/plan/trust.h"
#include "actuator/rules/grow_mark.h"
#include "actuator/rules/node_mark.h"

namespace hotspot::plan {

struct Order;  // order.h

struct InFlight {
  model::Action action;
  model::ActionState state = model::ActionState::kIntent;
  bool unanswered = false;  // its outcome is unknown: a node has not answered for some time
};

struct PlanInput {
  const model::Cluster& cluster;
  const std::vector<rules::Firing>& firings;  // those in phase firing
  const std::vector<InFlight>& in_flight;
  const CooldownBook& cooldowns;
  const std::map<std::string, WallTime>& node_action_ended;  // node UUID → when an action on it last ended
  Mode daemon_mode = Mode::kObserve;
  Limits limits;
  model::Margins margins;
  model::Freshness freshness;
  WallTime now{};
  MigrationSettings migration;
  const MigrationBook* migrations = nullptr;  // from past migrations; null: nothing
  const TargetRefusals* refusals = nullptr;   // as above
  Restraints restraints;
  const Trust* trust = nullptr;                              // which rules have lost their right to act; null: none
  const RecentSteps* steps = nullptr;                        // recent steps; null: none
  const model::MemoryPeaks* memory = nullptr;                // past memory use of guests; null: unknown
  Milliseconds memory_observed{std::chrono::hours(1)};       // before memory is taken from a guest
  const std::vector<rules::GrowMark>* grow_marks = nullptr;  // of the rules in use; null: none
  const std::vector<rules::NodeMark>* node_marks = nullptr;  // as above
  const rules::RuleSet* rules = nullptr;                     // in use; null: unknown
  // The firings to decide on in this round; null: all. The others are still taken into account.
  const std::vector<const rules::Firing*>* turn = nullptr;
  // A recommendation to be carried out: of its firing, and of nothing else, `turn` has to consist. Null: none.
  const Approval* approved = nullptr;
  // What an operator orders for one domain: decide_on_order() decides on it. Null: nobody orders anything.
  const Order* order = nullptr;
  const Rejections* rejections = nullptr;  // recommendations that operators refused; null: none
  std::string id_prefix;                   // makes ids of decisions and actions unique: "1732160000123-7"
};

std::vector<Decision> plan(const PlanInput& input);

}  // namespace hotspot::plan
