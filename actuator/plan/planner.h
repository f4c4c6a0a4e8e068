// The planner: from what fires to what shall be done, on a projection of the cluster.
//
// PURE. The same input gives the same decisions. It proposes at most what the guardrails allow, counting what is under
// way. Remedies of a rule are tried in their order; the first that is possible is taken. Firings with stale data
// (Firing::fresh false) are never acted upon.
//
// Migration target: of the nodes that fit with the margins, one that has refused nothing of late (target_refusals.h)
// before one that has, then one that has the domain's disks (storage.h) before one to
// which they would be copied, then the one with the lowest projected CPU ratio, then the most
// memory left, then the lower UUID. Domain to move off a hot node: by the rule's `select`; least migration time (and of
// equals the least downtime, see migration_time.h) among those that cure the hotspot, and if none cures it alone, the
// one that helps most. A move must not make the target hot.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/memory_peaks.h"
#include "actuator/plan/decision.h"
#include "actuator/plan/guardrails.h"
#include "actuator/plan/migration_book.h"
#include "actuator/plan/recent_steps.h"
#include "actuator/plan/restraints.h"
#include "actuator/plan/target_refusals.h"
#include "actuator/rules/grow_mark.h"

namespace hotspot::plan {

struct InFlight {
  model::Action action;
  model::ActionState state = model::ActionState::kIntent;
  bool unanswered = false;  // for some time a node has not answered what became of it
};

struct PlanInput {
  const model::Cluster& cluster;
  const std::vector<rules::Firing>& firings;  // those that fire
  const std::vector<InFlight>& in_flight;
  const CooldownBook& cooldowns;
  const std::map<std::string, WallTime>& node_action_ended;  // node UUID → when an action on it last ended
  Mode daemon_mode = Mode::kObserve;
  Limits limits;
  model::Margins margins;
  model::Freshness freshness;
  WallTime now{};
  MigrationSettings migration;
  const MigrationBook* migrations = nullptr;  // what was learned; empty: nothing
  const TargetRefusals* refusals = nullptr;   // likewise
  Restraints restraints;
  const RecentSteps* steps = nullptr;                        // what was done lately; empty: nothing
  const model::MemoryPeaks* memory = nullptr;                // what guests needed; empty: only the snapshot is known
  Milliseconds memory_observed{std::chrono::hours(1)};       // so long at least before memory is taken
  const std::vector<rules::GrowMark>* grow_marks = nullptr;  // of the rules that run; empty: none
  // Which of the firings are decided upon; null: all. The others are known all the same.
  const std::vector<const rules::Firing*>* turn = nullptr;
  std::string id_prefix;  // makes ids of decisions and actions unique: "1732160000123-7"
};

std::vector<Decision> plan(const PlanInput& input);

}  // namespace hotspot::plan
