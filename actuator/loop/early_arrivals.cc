#include "actuator/loop/early_arrivals.h"

#include <algorithm>
#include <utility>

#include "telemetry/snapshot_size.h"

namespace hotspot::loop {

std::size_t bytes_of(const ports::Arrival& arrival) {
  return sizeof(EarlyArrivals::Kept) + telemetry::bytes_in_memory(arrival.snapshot);
}

void EarlyArrivals::keep(const std::string& id, const ports::Arrival& arrival, WallTime now) {
  if (now - arrival.received_at > limits_.age) return;
  Node& node = nodes_[id];
  node.kept.push_back({next_++, bytes_of(arrival), arrival});
  node.bytes += node.kept.back().bytes;
  bytes_ += node.kept.back().bytes;
  while (node.kept.size() > limits_.of_a_node) drop_oldest(node);
  make_room();
}

void EarlyArrivals::drop_oldest(Node& node) {
  node.bytes -= node.kept.front().bytes;
  bytes_ -= node.kept.front().bytes;
  node.kept.pop_front();
}

void EarlyArrivals::make_room() {
  while (bytes_ > limits_.bytes) {
    const auto most = std::max_element(nodes_.begin(), nodes_.end(),
                                       [](const auto& a, const auto& b) { return a.second.bytes < b.second.bytes; });
    drop_oldest(most->second);
    if (most->second.kept.empty()) nodes_.erase(most);
  }
}

std::vector<EarlyArrivals::Kept> EarlyArrivals::take(const std::string& id) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return {};
  bytes_ -= found->second.bytes;
  std::vector<Kept> all(std::make_move_iterator(found->second.kept.begin()),
                        std::make_move_iterator(found->second.kept.end()));
  nodes_.erase(found);
  return all;
}

void EarlyArrivals::drop(const std::string& id) { take(id); }

void EarlyArrivals::forget_old(WallTime now) {
  for (auto node = nodes_.begin(); node != nodes_.end();) {
    auto& kept = node->second.kept;
    while (!kept.empty() && now - kept.front().arrival.received_at > limits_.age) drop_oldest(node->second);
    node = kept.empty() ? nodes_.erase(node) : std::next(node);
  }
}

std::vector<std::string> EarlyArrivals::ids() const {
  std::vector<std::string> all;
  for (const auto& [id, node] : nodes_) all.push_back(id);
  return all;
}

std::size_t EarlyArrivals::count(const std::string& id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? 0 : found->second.kept.size();
}

}  // namespace hotspot::loop
