// The prospects of an operator's drain of a node: what delays it, and which domains will stay.
//
// PURE.
#pragma once

#include <string>
#include <vector>

#include "actuator/plan/planner.h"

namespace hotspot::plan {

enum class DrainPhase {
  kMoving,       // domains are still running
  kOnlyStopped,  // the rest does not run and stays: it cannot be migrated live
  kEmpty
};
const char* to_string(DrainPhase phase);  // "moving", "only_stopped", "empty"

struct StayingDomain {
  std::string name;
  telemetry::DomainState state = telemetry::DomainState::kUnknown;
};

struct DrainOutlook {
  DrainPhase phase = DrainPhase::kEmpty;
  int running = 0;
  std::vector<StayingDomain> staying;  // those that do not run, by name
};
DrainOutlook drain_outlook(const model::Cluster& cluster, const model::Node& node);
// "h1 is empty: the drain is complete", or what is left, in what state, and what to do about it.
std::string describe(const DrainOutlook& outlook, const std::string& node_name);
// "db1 (paused), old2 (crashed)"; of many, the first ones and the number of the others.
std::string names_of(const std::vector<StayingDomain>& staying);

struct DrainSituation {
  const model::Cluster& cluster;
  const model::Node& node;
  const Restraints& restraints;
  const CooldownBook& cooldowns;
  const std::vector<InFlight>& in_flight;
  WallTime now{};
};
// What would delay its domains if the drain began now: a sentence each, with the duration if it is known.
std::vector<std::string> drain_hindrances(const DrainSituation& situation);

}  // namespace hotspot::plan
