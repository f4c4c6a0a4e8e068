// hotspotctl simulate: its question and its output.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actuator/ctl/session.h"
#include "actuator/sim/run.h"

namespace hotspot::ctl {

struct SimulateQuestion {
  std::string cluster;             // a cluster file, or recorded snapshots with a JSON object a line
  std::vector<std::string> rules;  // each a set: a file or directory
  std::string workload;            // traces: a file or directory; empty: what the cluster file says
  std::vector<std::string> rrd;    // "DIR" or "NODE=DIR": the domains are those of RRD files
  std::string rrdcached, plugin;   // the address of an rrdcached; the name of collectd's plugin
  WallTime now{};
  Milliseconds length{0};  // 0: as long as the recording, of RRD files 30 days, else a day
  bool from_rrd() const { return !rrd.empty() || !rrdcached.empty(); }
  Milliseconds step{std::chrono::minutes(1)};
  std::uint64_t seed = 1;
  std::string picture;  // the file to draw into; empty: none
};
inline constexpr std::size_t kMostSimulatedSets = 4;
inline constexpr Milliseconds kLongestSimulation{std::chrono::hours(24 * 366)};

struct SimulatedRun {
  std::string rules;  // as the operator named the set; empty: without Hotspot
  simulation::Totals totals;
};
struct SimulatedCluster {
  const simulation::Scenario& scenario;
  const simulation::RunOptions& options;
};

std::string simulation_text(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs);
nlohmann::json simulation_json(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs);

int simulate(Session& session, SimulateQuestion question);

}  // namespace hotspot::ctl
