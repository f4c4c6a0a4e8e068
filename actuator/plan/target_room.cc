#include "actuator/plan/target_room.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "actuator/model/load.h"
#include "actuator/plan/node_rules.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Margins;
using model::Node;
using model::Refusal;
using model::RefusalKind;

// With these, a resource is never short: no node lacks so many times its own memory.
constexpr double kAnyCpu = std::numeric_limits<double>::infinity();
constexpr double kAnyMemory = -1e6;

}  // namespace

AsIfAlike::AsIfAlike(const DomainRef& domain, const Node& target) : node_(*domain.node), domain_(*domain.domain) {
  domain_.migration_obstacles.clear();
  auto snapshot = std::make_shared<model::NodeSnapshot>();
  snapshot->node = domain.node->snapshot->node;
  snapshot->node.hypervisor = target.snapshot->node.hypervisor;
  snapshot->node.arch = target.snapshot->node.arch;
  node_.snapshot = std::move(snapshot);
}

std::vector<Refusal> room_refusals(const model::Projection& projection, const DomainRef& domain, const Node& target,
                                   const Margins& margins) {
  std::vector<Refusal> found;
  const auto add = [&](std::optional<Refusal> refusal) {
    if (refusal && std::find(found.begin(), found.end(), *refusal) == found.end()) found.push_back(*std::move(refusal));
  };
  add(model::incompatibility(domain, target));
  for (const std::string& obstacle : domain.domain->migration_obstacles)
    add(Refusal{RefusalKind::kNotMigratable, obstacle});
  if (domain.node->uuid() == target.uuid()) return found;
  const AsIfAlike alike(domain, target);
  add(projection.arrival_refusal(alike.ref(), target, {kAnyCpu, margins.node_memory_margin_ratio}));
  add(projection.arrival_refusal(alike.ref(), target, {margins.node_cpu_ceiling_ratio, kAnyMemory}));
  return found;
}

MissingRoom missing_room(const Planning& planning, const DomainRef& domain, const Node& target) {
  const Margins& margins = planning.input().margins;
  const model::NodeProjection after = planning.projection().after_arrival(domain, target);
  MissingRoom lacks;
  if (after.cores_used && after.cpus > 0)
    lacks.cores = std::max(0.0, *after.cores_used - margins.node_cpu_ceiling_ratio * after.cpus);
  if (after.memory_available_bytes) {
    const auto margin =
        static_cast<std::int64_t>(margins.node_memory_margin_ratio * static_cast<double>(after.memory_bytes));
    lacks.memory_bytes = std::max<std::int64_t>(0, margin - *after.memory_available_bytes);
  }
  return lacks;
}

std::vector<Refusal> other_mark_refusals(const Planning& planning, const DomainRef& domain, const Node& target) {
  std::vector<Refusal> found;
  const std::vector<rules::NodeMark>* marks = planning.input().node_marks;
  if (marks == nullptr || marks->empty()) return found;
  const model::NodeProjection after = planning.projection().after_arrival(domain, target);
  if (auto refusal = mark_refusal(planning, target, Resource::kVcpus, after.cpu_ratio()))
    found.push_back(*std::move(refusal));
  if (auto refusal = mark_refusal(planning, target, Resource::kMemory, after.memory_used_ratio()))
    found.push_back(*std::move(refusal));
  return found;
}

}  // namespace hotspot::plan
