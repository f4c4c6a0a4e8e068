// A day of the experiment under a policy: its clock, and what is printed of each tick.
#pragma once

#include <memory>
#include <vector>

#include "bench/planetlab/data_center.h"
#include "bench/planetlab/traces.h"

namespace hotspot::planetlab {

// Decides where machines start and where they go. It sees what a policy of CloudSim sees.
class Policy {
 public:
  virtual ~Policy() = default;
  // The host of each machine, all of which ask for all their MIPS.
  virtual std::vector<std::size_t> start(const std::vector<Vm>& vms) = 0;
  // In the order in which they begin.
  virtual std::vector<Move> plan(const DataCenter& center) = 0;
  // Hosts that the last plan() found overloaded.
  virtual std::size_t overloaded() const = 0;
};

// What becomes of a machine that demands nothing: CloudSim removes it for good.
enum class Idle { kRemoved, kKept };

struct Tick {
  int number;
  double seconds;
  std::size_t overloaded, migrations, active_hosts, vms;  // active before it
  double kwh;                                             // once its migrations have ended
  double demand_mips;
};

struct Outcome {
  Metrics metrics;
  std::vector<Tick> ticks;
  double planning_cpu_ms = 0;          // of all ticks
  double longest_planning_cpu_ms = 0;  // of one
  double floor_kwh = 0;                // all demand on the most efficient hosts at 100 %
};

Outcome run(const Day& day, Policy& policy, Idle idle);

}  // namespace hotspot::planetlab
