#include "actuator/loop/early_arrivals.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {
namespace {

constexpr std::size_t kTextsOfADomain = 256;  // its UUID, its name, its state

template <typename Item>
std::size_t of_list(const std::vector<Item>& list) {
  return list.capacity() * sizeof(Item);
}

std::size_t of_texts(const std::vector<std::string>& texts) {
  std::size_t bytes = of_list(texts);
  for (const std::string& text : texts) bytes += text.capacity();
  return bytes;
}

std::size_t of_domain(const telemetry::DomainSample& domain) {
  std::size_t bytes = kTextsOfADomain + of_list(domain.vcpu_samples) + of_list(domain.disks) +
                      of_list(domain.interfaces) + of_list(domain.disk_sources) + of_list(domain.memory_devices) +
                      of_texts(domain.migration_obstacles) + of_texts(domain.policy.affinity) +
                      of_texts(domain.policy.anti_affinity);
  for (const telemetry::DiskSource& disk : domain.disk_sources)
    bytes += disk.source.capacity() + disk.real_path.capacity() + disk.id.capacity();
  return bytes;
}

}  // namespace

std::size_t bytes_of(const ports::Arrival& arrival) {
  const telemetry::NodeSnapshot& snapshot = arrival.snapshot;
  const telemetry::NodeSample& node = snapshot.node;
  std::size_t bytes = sizeof(EarlyArrivals::Kept) + of_list(snapshot.domains) + of_list(node.numa_cells) +
                      of_list(node.links) + of_list(node.filesystems) + of_list(node.block_devices);
  for (const telemetry::DomainSample& domain : snapshot.domains) bytes += of_domain(domain);
  for (const telemetry::Filesystem& one : node.filesystems)
    bytes += one.path.capacity() + one.source.capacity() + one.root.capacity();
  for (const telemetry::BlockDevice& one : node.block_devices) bytes += one.device.capacity() + one.id.capacity();
  return bytes;
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
