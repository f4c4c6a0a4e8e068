// hotspotd's own metrics: in the `state` hash, from there through `hotspotctl status -o prometheus`, and at /metrics
// (metrics_endpoint.h). docs/metrics.md lists them.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "actuator/loop/exposition.h"
#include "actuator/loop/status.h"

namespace hotspot::loop {

// What is counted since start.
struct Meters {
  std::uint64_t evaluations = 0;
  std::chrono::nanoseconds evaluation_time{0}, last_evaluation{0};
  std::uint64_t transitions = 0;
  std::uint64_t rule_sets_loaded = 0, rule_reloads_refused = 0;
  std::uint64_t shrinks_failed = 0;  // rolled back, or the guest had to be given memory again

  void note_evaluation(std::chrono::nanoseconds took, std::size_t changed) {
    ++evaluations;
    evaluation_time += took;
    last_evaluation = took;
    transitions += changed;
  }
};

std::vector<MetricFamily> metric_families(const Status& status, const Meters& meters);

}  // namespace hotspot::loop
