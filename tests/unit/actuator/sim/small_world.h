// Small scenarios for tests of the simulator.
#pragma once

#include <string>
#include <utility>

#include "actuator/sim/scenario.h"

namespace hotspot::simulation {

inline Demand constant(double value) { return {Constant{value}, 0}; }

inline NodeModel node_model_of(const std::string& name, int cpus, std::int64_t memory_bytes = 64 * kGibibyte) {
  NodeModel node{.name = name, .uuid = "uuid-" + name, .cpus = cpus, .memory_bytes = memory_bytes};
  node.own_cores = 0;
  return node;
}

// On node 0, of 4 GiB of which half is in use.
inline DomainModel domain_model_of(const std::string& name, int vcpus, Demand cores) {
  DomainModel domain{.name = name, .uuid = "uuid-" + name};
  domain.vcpus = domain.vcpus_max = vcpus;
  domain.memory_bytes = domain.memory_max_bytes = 4 * kGibibyte;
  domain.cores = std::move(cores);
  domain.used_bytes = constant(2.0 * kGibibyte);
  return domain;
}

}  // namespace hotspot::simulation
