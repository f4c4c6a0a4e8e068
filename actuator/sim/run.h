// Runs a scenario in simulated time: hotspotd's own loop, rules, planner and executor over a simulated world, without a
// thread and without waiting.
//
// The same scenario, rules and options give the same totals. Thread rule: any thread, each run by itself.
#pragma once

#include <cstdint>

#include "actuator/loop/loaded_rules.h"
#include "actuator/loop/options.h"
#include "actuator/sim/scenario.h"
#include "actuator/sim/tally.h"
#include "telemetry/result.h"

namespace hotspot::simulation {

struct RunOptions {
  Milliseconds length{std::chrono::hours(24)};
  Milliseconds step{std::chrono::minutes(1)};  // between two snapshots of a node; 1 s to 5 min
  std::uint64_t seed = 1;
  // Limits, margins, windows and the like as hotspotd would have them. Mode, cluster and admission are the simulator's,
  // and what waits for snapshots waits for three steps at least.
  loop::Options loop = {};
};

// What happens without Hotspot.
Totals run_alone(const Scenario& scenario, const RunOptions& options);

// What happens with these rules, which must be right. Rules of mode `recommend` act too: the simulator shows what they
// would have done. An error: the loop refused them.
Result<Totals> run_with(const Scenario& scenario, const loop::LoadedRules& rules, const RunOptions& options);

}  // namespace hotspot::simulation
