#include "actuator/model/projection.h"

#include <algorithm>

#include "actuator/model/load.h"
#include "actuator/model/text.h"

namespace hotspot::model {
namespace {

std::optional<Refusal> not_measured(const Node& node, const char* what, Wording wording) {
  return refused(RefusalKind::kNotMeasured, wording, [&] { return node.name() + " has not reported its " + what; });
}

struct Asked {
  const Margins& margins;
  Wording wording = Wording::kSentence;
};

std::optional<Refusal> check_cpu(const Node& node, const NodeProjection& now, double cores, const Asked& asked) {
  const Margins& margins = asked.margins;
  const Wording wording = asked.wording;
  if (!now.cores_used || now.cpus <= 0) return not_measured(node, "CPU use", wording);
  const double after = (*now.cores_used + cores) / now.cpus;
  if (after <= margins.node_cpu_ceiling_ratio) return std::nullopt;
  return refused(RefusalKind::kNoCpu, wording, [&] {
    return node.name() + " would be at " + ratio_text(after) + " of its " + std::to_string(static_cast<int>(now.cpus)) +
           " CPUs, the ceiling is " + ratio_text(margins.node_cpu_ceiling_ratio);
  });
}

std::optional<Refusal> check_memory(const Node& node, const NodeProjection& now, std::int64_t bytes,
                                    const Asked& asked) {
  const Margins& margins = asked.margins;
  const Wording wording = asked.wording;
  if (!now.memory_available_bytes) return not_measured(node, "available memory", wording);
  const auto margin =
      static_cast<std::int64_t>(margins.node_memory_margin_ratio * static_cast<double>(now.memory_bytes));
  const std::int64_t after = *now.memory_available_bytes - bytes;
  if (after >= margin) return std::nullopt;
  return refused(RefusalKind::kNoMemory, wording, [&] {
    const std::string would =
        after < 0 ? " lacks " + bytes_text(-after) + " of memory for it, of " + bytes_text(now.memory_bytes)
                  : " would have " + bytes_text(after) + " of " + bytes_text(now.memory_bytes) + " memory available";
    return node.name() + would + ", the margin is " + bytes_text(margin);
  });
}

std::optional<double> cores_wanted(const DomainRef& domain) {
  return domain_cores_wanted(*domain.domain, domain.node->snapshot->node);
}

// Of the domain's busier direction; 0 if it was not measured.
double net_bits(const DomainRef& domain) { return domain_net_bits_per_second(*domain.domain).value_or(0); }

}  // namespace

std::optional<double> NodeProjection::cpu_ratio() const {
  if (!cores_used || cpus <= 0) return std::nullopt;
  return *cores_used / cpus;
}

std::optional<double> NodeProjection::memory_used_ratio() const {
  if (!memory_available_bytes || memory_bytes <= 0) return std::nullopt;
  return 1 - static_cast<double>(*memory_available_bytes) / static_cast<double>(memory_bytes);
}

NodeProjection Projection::projected(const Node& node, const Delta& delta) {
  NodeProjection result;
  const NodeSample& sample = node.snapshot->node;
  result.cpus = sample.cpus;
  result.cores_used = node_cores_used(sample);
  if (result.cores_used) *result.cores_used += node.stolen_cores;
  result.memory_bytes = sample.memory_bytes;
  result.memory_available_bytes = sample.memory_available_bytes;
  if (result.cores_used) result.cores_used = std::max(0.0, *result.cores_used + delta.cores);
  if (result.memory_available_bytes) *result.memory_available_bytes -= delta.memory_bytes;
  return result;
}

const Projection::Delta& Projection::delta_of(const std::string& uuid) const {
  static const Delta none;
  const auto delta = deltas_.find(uuid);
  return delta == deltas_.end() ? none : delta->second;
}

NodeProjection Projection::node(const Node& node) const { return projected(node, delta_of(node.uuid())); }

NodeProjection Projection::node(const std::string& uuid) const {
  const Node* found = cluster_->find_node(uuid);
  return found == nullptr ? NodeProjection{} : node(*found);
}

std::optional<Refusal> Projection::arrival_refusal(const DomainRef& domain, const Node& target, const Margins& margins,
                                                   Wording wording) const {
  if (auto refusal = incompatibility(domain, target, wording)) return refusal;
  const auto unknown = [&](const char* what) {
    return refused(RefusalKind::kNotMeasured, wording,
                   [&] { return std::string("the ") + what + " of " + domain.domain->name + " is not known"; });
  };
  const std::optional<double> cores = cores_wanted(domain);
  if (!cores) return unknown("CPU use");
  const std::optional<std::int64_t> footprint = domain_footprint_bytes(*domain.domain);
  if (!footprint) return unknown("memory");
  const NodeProjection now = node(target);
  if (auto refusal = check_memory(target, now, *footprint, {margins, wording})) return refusal;
  return check_cpu(target, now, *cores, {margins, wording});
}

NodeProjection Projection::after_arrival(const DomainRef& domain, const Node& target) const {
  Delta delta = delta_of(target.uuid());
  delta.cores += cores_wanted(domain).value_or(0);
  delta.memory_bytes += domain_footprint_bytes(*domain.domain).value_or(0);
  return projected(target, delta);
}

std::optional<Refusal> Projection::move_domain(const DomainRef& domain, const Node& target, const Margins& margins) {
  auto refusal = arrival_refusal(domain, target, margins);
  if (!refusal) assume_move(domain, target);
  return refusal;
}

std::optional<Refusal> Projection::add_cores(const Node& on, double cores, const Margins& margins) {
  if (cores > 0) {
    if (auto refusal = check_cpu(on, node(on.uuid()), cores, {margins})) return refusal;
  }
  assume_load(on.uuid(), cores, 0);
  return std::nullopt;
}

std::optional<Refusal> Projection::add_memory(const Node& on, std::int64_t bytes, const Margins& margins) {
  if (bytes > 0) {
    if (auto refusal = check_memory(on, node(on.uuid()), bytes, {margins})) return refusal;
  }
  assume_load(on.uuid(), 0, bytes);
  return std::nullopt;
}

std::optional<double> Projection::net_used_ratio(const Node& on, const DomainRef& arriving) const {
  const NodeSample& sample = on.snapshot->node;
  const std::optional<double> now = node_net_used_ratio(sample);
  const double speed = fastest_link_bits_per_second(sample);
  if (!now || speed <= 0) return std::nullopt;
  const double added = delta_of(on.uuid()).net_bits_per_second + (arriving ? net_bits(arriving) : 0);
  return std::max(0.0, *now + added / speed);
}

void Projection::assume_move(const DomainRef& domain, const Node& target) {
  assume_arrival(domain, target);
  Delta& left = deltas_[domain.node->uuid()];
  left.cores -= cores_wanted(domain).value_or(0);
  left.memory_bytes -= domain_resident_bytes(*domain.domain).value_or(0);
  left.net_bits_per_second -= net_bits(domain);
}

void Projection::assume_arrival(const DomainRef& domain, const Node& target) {
  Delta& come = deltas_[target.uuid()];
  come.cores += cores_wanted(domain).value_or(0);
  come.memory_bytes += domain_footprint_bytes(*domain.domain).value_or(0);
  come.net_bits_per_second += net_bits(domain);
}

void Projection::assume_load(const std::string& node_uuid, double cores, std::int64_t memory_bytes) {
  Delta& delta = deltas_[node_uuid];
  delta.cores += cores;
  delta.memory_bytes += memory_bytes;
}

std::optional<Refusal> incompatibility(const DomainRef& domain, const Node& target, Wording wording) {
  const NodeSample& from = domain.node->snapshot->node;
  const NodeSample& to = target.snapshot->node;
  if (from.uuid == to.uuid)
    return refused(RefusalKind::kSameNode, wording, [&] { return domain.domain->name + " is on " + to.name; });
  if (!domain.domain->migration_obstacles.empty())
    return refused(RefusalKind::kNotMigratable, wording, [&] { return domain.domain->migration_obstacles.front(); });
  const auto incompatible = [&](const auto& sentence) {
    return refused(RefusalKind::kIncompatible, wording, sentence);
  };
  if (from.hypervisor != to.hypervisor)
    return incompatible([&] { return to.name + " runs " + to.hypervisor + ", not " + from.hypervisor; });
  if (from.arch != to.arch) return incompatible([&] { return to.name + " is " + to.arch + ", not " + from.arch; });
  if (to.uri.empty()) return incompatible([&] { return to.name + " has not reported the URI at which it is reached"; });
  return std::nullopt;
}

}  // namespace hotspot::model
