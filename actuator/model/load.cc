#include "actuator/model/load.h"

#include <algorithm>

#include "telemetry/node_load.h"

namespace hotspot::model {
namespace {

constexpr double kBitsPerByte = 8;
static_assert(kVolumeCutOff == telemetry::kVolumeMost);

}  // namespace

std::optional<double> domain_cores_used(const telemetry::DomainSample& domain) {
  if (domain.cpu_cores) return domain.cpu_cores;
  if (!domain.cpu_ratio || !domain.vcpus) return std::nullopt;
  return *domain.cpu_ratio * *domain.vcpus;
}

double domain_cores_stolen(const telemetry::DomainSample& domain, const telemetry::NodeSample& node) {
  if (!domain.cpu_steal_ratio || !domain.vcpus || !node.cpu_ratio) return 0;
  if (*node.cpu_ratio < 1 - kIdleThatServes) return 0;
  const double vcpus = *domain.vcpus, used = domain.cpu_ratio.value_or(0) * vcpus;
  return std::clamp(*domain.cpu_steal_ratio * vcpus, 0.0, std::max(0.0, vcpus - used));
}

std::optional<double> domain_cores_wanted(const telemetry::DomainSample& domain, const telemetry::NodeSample& node) {
  const std::optional<double> used = domain_cores_used(domain);
  if (!used) return std::nullopt;
  return *used + domain_cores_stolen(domain, node);
}

std::optional<double> domain_memory_used_ratio(const telemetry::DomainSample& domain) {
  if (!domain.memory_usable_bytes || !domain.memory_available_bytes || *domain.memory_available_bytes <= 0) {
    return std::nullopt;
  }
  return 1 - static_cast<double>(*domain.memory_usable_bytes) / static_cast<double>(*domain.memory_available_bytes);
}

std::optional<double> node_cores_used(const telemetry::NodeSample& node) {
  if (!node.cpu_ratio) return std::nullopt;
  return *node.cpu_ratio * node.cpus;
}

std::optional<double> node_memory_used_ratio(const telemetry::NodeSample& node) {
  return telemetry::memory_used_ratio(node);
}

std::optional<double> node_net_used_ratio(const telemetry::NodeSample& node) { return telemetry::net_used_ratio(node); }

double fastest_link_bits_per_second(const telemetry::NodeSample& node) {
  double speed = 0;
  for (const telemetry::LinkSample& link : node.links) speed = std::max(speed, link.speed_bits_per_second.value_or(0));
  return speed;
}

std::optional<double> domain_net_bits_per_second(const telemetry::DomainSample& domain) {
  if (domain.interfaces.empty()) return std::nullopt;
  double receive = 0, transmit = 0;
  for (const telemetry::InterfaceSample& interface : domain.interfaces) {
    if (!interface.receive_bytes_per_second || !interface.transmit_bytes_per_second) return std::nullopt;
    receive += *interface.receive_bytes_per_second;
    transmit += *interface.transmit_bytes_per_second;
  }
  return std::max(receive, transmit) * kBitsPerByte;
}

std::optional<double> domain_net_used_ratio(const telemetry::DomainSample& domain, const telemetry::NodeSample& node) {
  const double speed = fastest_link_bits_per_second(node);
  const std::optional<double> bits = domain_net_bits_per_second(domain);
  if (speed <= 0 || !bits) return std::nullopt;
  return *bits / speed;
}

std::optional<double> node_volume(const telemetry::NodeSample& node) { return telemetry::volume(node); }

std::optional<double> domain_volume(const telemetry::DomainSample& domain, const telemetry::NodeSample& node) {
  return telemetry::volume({domain.cpu_ratio, domain_net_used_ratio(domain, node), domain_memory_used_ratio(domain)});
}

std::optional<double> domain_vsr(const telemetry::DomainSample& domain, const telemetry::NodeSample& node) {
  const std::optional<double> total = domain_volume(domain, node);
  if (!total || !domain.memory_balloon_bytes || *domain.memory_balloon_bytes <= 0) return std::nullopt;
  return *total / (static_cast<double>(*domain.memory_balloon_bytes) / static_cast<double>(kGibibyte));
}

std::optional<std::int64_t> domain_footprint_bytes(const telemetry::DomainSample& domain) {
  if (!domain.memory_balloon_bytes) return std::nullopt;
  return *domain.memory_balloon_bytes + kDomainOverheadBytes;
}

std::optional<std::int64_t> domain_resident_bytes(const telemetry::DomainSample& domain) {
  const std::optional<std::int64_t> footprint = domain_footprint_bytes(domain);
  if (!footprint || !domain.memory_rss_bytes) return footprint;
  return std::min(*footprint, *domain.memory_rss_bytes);
}

}  // namespace hotspot::model
