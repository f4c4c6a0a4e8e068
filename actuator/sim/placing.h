// Where domains begin that a cluster file puts on no node: each on the one with the most memory left.
//
// PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "actuator/model/load.h"
#include "actuator/sim/scenario.h"

namespace hotspot::simulation {

class Placing {
 public:
  // The index of its node: the wanted one, if any. There is at least one node, and no node goes away.
  std::size_t place(const std::vector<NodeModel>& nodes, const DomainModel& domain, std::optional<std::size_t> wanted) {
    for (; left_.size() < nodes.size(); queue(left_.size() - 1))
      left_.push_back(nodes[left_.size()].memory_bytes - nodes[left_.size()].own_bytes);
    while (left_[queue_.top().second] != queue_.top().first) queue_.pop();  // has changed since
    const std::size_t node = wanted.value_or(queue_.top().second);
    left_[node] -= domain.memory_bytes + model::kDomainOverheadBytes;
    queue(node);
    return node;
  }

 private:
  // Among equals the first.
  struct Later {
    bool operator()(const std::pair<std::int64_t, std::size_t>& a,
                    const std::pair<std::int64_t, std::size_t>& b) const {
      return a.first != b.first ? a.first < b.first : a.second > b.second;
    }
  };
  void queue(std::size_t node) { queue_.push({left_[node], node}); }

  std::vector<std::int64_t> left_;  // by node
  std::priority_queue<std::pair<std::int64_t, std::size_t>, std::vector<std::pair<std::int64_t, std::size_t>>, Later>
      queue_;
};

}  // namespace hotspot::simulation
