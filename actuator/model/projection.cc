#include "actuator/model/projection.h"

#include <algorithm>

#include "actuator/model/load.h"
#include "actuator/model/text.h"

namespace hotspot::model {
namespace {

std::optional<Refusal> not_measured(const Node& node, const char* what) {
  return Refusal{RefusalKind::kNotMeasured, node.name() + " has not told its " + what};
}

std::optional<Refusal> check_cpu(const Node& node, const NodeProjection& now, double cores, const Margins& margins) {
  if (!now.cores_used || now.cpus <= 0) return not_measured(node, "CPU use");
  const double after = (*now.cores_used + cores) / now.cpus;
  if (after <= margins.node_cpu_ceiling_ratio) return std::nullopt;
  return Refusal{RefusalKind::kNoCpu, node.name() + " would be at " + ratio_text(after) + " of its " +
                                          std::to_string(static_cast<int>(now.cpus)) + " CPUs, the ceiling is " +
                                          ratio_text(margins.node_cpu_ceiling_ratio)};
}

std::optional<Refusal> check_memory(const Node& node, const NodeProjection& now, std::int64_t bytes,
                                    const Margins& margins) {
  if (!now.memory_available_bytes) return not_measured(node, "available memory");
  const auto margin =
      static_cast<std::int64_t>(margins.node_memory_margin_ratio * static_cast<double>(now.memory_bytes));
  const std::int64_t after = *now.memory_available_bytes - bytes;
  if (after >= margin) return std::nullopt;
  const std::string would =
      after < 0 ? " lacks " + bytes_text(-after) + " of memory for it, of " + bytes_text(now.memory_bytes)
                : " would have " + bytes_text(after) + " of " + bytes_text(now.memory_bytes) + " memory available";
  return Refusal{RefusalKind::kNoMemory, node.name() + would + ", the margin is " + bytes_text(margin)};
}

}  // namespace

std::optional<double> NodeProjection::cpu_ratio() const {
  if (!cores_used || cpus <= 0) return std::nullopt;
  return *cores_used / cpus;
}

std::optional<double> NodeProjection::memory_used_ratio() const {
  if (!memory_available_bytes || memory_bytes <= 0) return std::nullopt;
  return 1 - static_cast<double>(*memory_available_bytes) / static_cast<double>(memory_bytes);
}

NodeProjection Projection::node(const std::string& uuid) const {
  NodeProjection result;
  const Node* node = cluster_->find_node(uuid);
  if (node == nullptr) return result;
  const NodeSample& sample = node->snapshot->node;
  result.cpus = sample.cpus;
  result.cores_used = node_cores_used(sample);
  result.memory_bytes = sample.memory_bytes;
  result.memory_available_bytes = sample.memory_available_bytes;
  const auto delta = deltas_.find(uuid);
  if (delta == deltas_.end()) return result;
  if (result.cores_used) result.cores_used = std::max(0.0, *result.cores_used + delta->second.cores);
  if (result.memory_available_bytes) *result.memory_available_bytes -= delta->second.memory_bytes;
  return result;
}

std::optional<Refusal> Projection::move_domain(const DomainRef& domain, const Node& target, const Margins& margins) {
  if (auto refusal = incompatibility(domain, target)) return refusal;
  const std::optional<double> cores = domain_cores_used(*domain.domain);
  if (!cores) return Refusal{RefusalKind::kNotMeasured, "the CPU use of " + domain.domain->name + " is not known"};
  const std::optional<std::int64_t> footprint = domain_footprint_bytes(*domain.domain);
  if (!footprint) return Refusal{RefusalKind::kNotMeasured, "the memory of " + domain.domain->name + " is not known"};
  const NodeProjection now = node(target.uuid());
  if (auto refusal = check_memory(target, now, *footprint, margins)) return refusal;
  if (auto refusal = check_cpu(target, now, *cores, margins)) return refusal;
  assume_move(domain, target);
  return std::nullopt;
}

std::optional<Refusal> Projection::add_cores(const Node& on, double cores, const Margins& margins) {
  if (cores > 0) {
    if (auto refusal = check_cpu(on, node(on.uuid()), cores, margins)) return refusal;
  }
  assume_load(on.uuid(), cores, 0);
  return std::nullopt;
}

std::optional<Refusal> Projection::add_memory(const Node& on, std::int64_t bytes, const Margins& margins) {
  if (bytes > 0) {
    if (auto refusal = check_memory(on, node(on.uuid()), bytes, margins)) return refusal;
  }
  assume_load(on.uuid(), 0, bytes);
  return std::nullopt;
}

void Projection::assume_move(const DomainRef& domain, const Node& target) {
  assume_arrival(domain, target);
  assume_load(domain.node->uuid(), -domain_cores_used(*domain.domain).value_or(0),
              -domain_footprint_bytes(*domain.domain).value_or(0));
}

void Projection::assume_arrival(const DomainRef& domain, const Node& target) {
  assume_load(target.uuid(), domain_cores_used(*domain.domain).value_or(0),
              domain_footprint_bytes(*domain.domain).value_or(0));
}

void Projection::assume_load(const std::string& node_uuid, double cores, std::int64_t memory_bytes) {
  Delta& delta = deltas_[node_uuid];
  delta.cores += cores;
  delta.memory_bytes += memory_bytes;
}

std::optional<Refusal> incompatibility(const DomainRef& domain, const Node& target) {
  const NodeSample& from = domain.node->snapshot->node;
  const NodeSample& to = target.snapshot->node;
  if (from.uuid == to.uuid) return Refusal{RefusalKind::kSameNode, domain.domain->name + " is on " + to.name};
  if (!domain.domain->migration_obstacles.empty()) {
    return Refusal{RefusalKind::kNotMigratable, domain.domain->migration_obstacles.front()};
  }
  if (from.hypervisor != to.hypervisor) {
    return Refusal{RefusalKind::kIncompatible, to.name + " runs " + to.hypervisor + ", not " + from.hypervisor};
  }
  if (from.arch != to.arch) {
    return Refusal{RefusalKind::kIncompatible, to.name + " is " + to.arch + ", not " + from.arch};
  }
  if (to.uri.empty()) {
    return Refusal{RefusalKind::kIncompatible, to.name + " has not told the URI by which it is reached"};
  }
  return std::nullopt;
}

}  // namespace hotspot::model
