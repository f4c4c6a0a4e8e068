// Makes the domains of a scenario of what collectd stored of them: "the last 30 days, with these rules".
//
// PURE. Nodes are given, since collectd's `virt` plugin stores none. A domain begins on the node that its series name,
// or else where the most memory is left. It wants what it used; steal is not stored by everybody. Where nothing is
// stored of it, it wants nothing.
#pragma once

#include <string>
#include <vector>

#include "actuator/model/history.h"
#include "actuator/sim/scenario.h"
#include "telemetry/result.h"

namespace hotspot::simulation {

struct StoredHistory {
  std::vector<model::HistorySeries> series;  // of domains; those of nodes are ignored
  WallTime from{}, to{};
};

// The stored names that a domain is made of.
std::vector<std::string> names_for_domains();

struct StoredScenario {
  Scenario scenario;
  Milliseconds resolution{0};         // the longest time that one stored value is the mean of
  std::size_t placed = 0;             // domains of which nothing says where they ran
  std::vector<std::string> left_out;  // names of domains whose CPU time or memory is not stored
};

// nodes: a scenario without domains. An error: no domain can be made.
Result<StoredScenario> scenario_of(const StoredHistory& history, Scenario nodes);

}  // namespace hotspot::simulation
