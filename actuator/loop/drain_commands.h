// Carries out the commands that drain nodes, and reports how far drains have come.
//
// PURE: time is an argument.
#pragma once

#include <string>
#include <vector>

#include "actuator/loop/admission.h"
#include "actuator/loop/drains.h"
#include "actuator/loop/steering.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/plan/restraints.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

// What the answer tells about a node that is to be drained.
struct DrainSituation {
  const model::Cluster& cluster;
  const rules::RuleSet& rules;
  const Admission& admission;
  plan::Restraints restraints;
  const plan::CooldownBook& cooldowns;
  const std::vector<plan::InFlight>& in_flight;
  WallTime now{};
};

record::Verdict drain(Drains& drains, const record::DrainNode& asked, const DrainSituation& situation);
// By the name of the node, or its host UUID.
record::Verdict undrain(Drains& drains, const std::string& name);

// Reports once when nothing runs on a node any more, and what stays there. Stale nodes are left out.
std::vector<Notice> follow_drains(Drains& drains, const model::Cluster& cluster, const model::Freshness& freshness,
                                  WallTime now);

}  // namespace hotspot::loop
