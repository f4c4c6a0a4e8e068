#include "telemetry/snapshot_size.h"

#include <string>
#include <vector>

namespace hotspot::telemetry {
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

std::size_t of_domain(const DomainSample& domain) {
  std::size_t bytes = kTextsOfADomain + of_list(domain.vcpu_samples) + of_list(domain.disks) +
                      of_list(domain.interfaces) + of_list(domain.disk_sources) + of_list(domain.memory_devices) +
                      of_texts(domain.migration_obstacles) + of_texts(domain.policy.affinity) +
                      of_texts(domain.policy.anti_affinity) + of_texts(domain.networks) +
                      of_texts(domain.node_interfaces) + of_texts(domain.files);
  for (const DiskSource& disk : domain.disk_sources)
    bytes += disk.source.capacity() + disk.real_path.capacity() + disk.id.capacity();
  return bytes;
}

}  // namespace

std::size_t bytes_in_memory(const NodeSnapshot& snapshot) {
  const NodeSample& node = snapshot.node;
  std::size_t bytes = sizeof(NodeSnapshot) + of_list(snapshot.domains) + of_list(node.numa_cells) +
                      of_list(node.links) + of_list(node.filesystems) + of_list(node.block_devices) +
                      of_list(node.huge_page_pools);
  for (const DomainSample& domain : snapshot.domains) bytes += of_domain(domain);
  for (const Names* names : {&node.networks, &node.interfaces})
    if (*names) bytes += of_texts(**names);
  for (const Filesystem& one : node.filesystems)
    bytes += one.path.capacity() + one.source.capacity() + one.root.capacity();
  for (const BlockDevice& one : node.block_devices) bytes += one.device.capacity() + one.id.capacity();
  return bytes;
}

}  // namespace hotspot::telemetry
