// Clusters for the tests of the consolidation planner.
#pragma once

#include <cstddef>
#include <cstdint>

#include "actuator/plan/consolidation/cluster.h"

namespace hotspot::plan::consolidation::testing {

// 10 cores, 100 W idle, 150 W at full load.
inline Node node(double capacity = 10) {
  Node one;
  one.capacity = capacity;
  one.idle_watts = 100;
  one.full_watts = 150;
  return one;
}

// That has wanted as much for long, with a deviation of a tenth of a core; its copy takes 10 s.
inline Domain domain(std::size_t on, double demand) {
  Domain one;
  one.node = on;
  one.demand = one.mean = demand;
  one.variance = 0.01;
  one.samples = 100;
  one.memory = 1;
  one.transfer_seconds = 10;
  return one;
}

inline Cluster cluster_of(std::size_t nodes) {
  Cluster cluster;
  cluster.nodes.assign(nodes, node());
  return cluster;
}

// The same numbers on every machine.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 2654435761 + 1) {}
  // 0 to 1.
  double share() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 40) / static_cast<double>(1U << 24);
  }
  std::size_t below(std::size_t bound) {
    return static_cast<std::size_t>(share() * static_cast<double>(bound)) % bound;
  }

 private:
  std::uint64_t state_;
};

// 4 to 20 nodes of three kinds, domains of all sizes on them: from nearly empty to overloaded nodes.
inline Cluster random_cluster(std::uint64_t seed) {
  Numbers numbers(seed);
  Cluster cluster;
  const std::size_t nodes = 4 + numbers.below(17);
  for (std::size_t i = 0; i < nodes; ++i) {
    Node one = node(8 + 4 * static_cast<double>(numbers.below(3)));
    one.idle_watts = 60 + 60 * numbers.share();
    one.full_watts = one.idle_watts + 10 + 60 * numbers.share();
    one.memory = 32;
    if (numbers.below(10) == 0) one.use = Node::Use::kSourceOnly;
    cluster.nodes.push_back(one);
  }
  const double size = 0.2 + 1.5 * numbers.share();
  const std::size_t domains = nodes * (1 + numbers.below(10));
  for (std::size_t i = 0; i < domains; ++i) {
    Domain one = domain(numbers.below(nodes), size * numbers.share());
    one.mean = one.demand * (0.5 + numbers.share());
    one.variance = one.mean * one.mean * 0.3 * numbers.share();
    one.samples = 1 + numbers.below(40);
    one.transfer_seconds = 5 + 30 * numbers.share();
    if (numbers.below(12) == 0) one.movable = Domain::Movable::kNo;
    if (numbers.below(15) == 0) one.leaving = (one.node + 1) % nodes;
    cluster.domains.push_back(one);
  }
  return cluster;
}

}  // namespace hotspot::plan::consolidation::testing
