#include "actuator/sim/simulated_hypervisor.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "actuator/model/load.h"

namespace hotspot::simulation {

using ports::CallError;
using ports::CallFault;
using ports::NodeAddress;

SimulatedHypervisor::SimulatedHypervisor(World& world, const ports::Clock& clock,
                                         std::function<void(ports::NodeProof)> hear)
    : world_(world), clock_(clock), hear_(std::move(hear)) {}

Result<std::size_t, CallError> SimulatedHypervisor::node_at(const NodeAddress& node) const {
  if (const auto found = world_.find_node(node.uuid)) return *found;
  return CallError::unreachable(node.name + ": Connection refused: there is no such simulated node");
}

// Where it runs, or where it arrives.
Result<std::size_t, CallError> SimulatedHypervisor::domain_on(const NodeAddress& node,
                                                              const std::string& domain_uuid) const {
  const auto at = node_at(node);
  if (!at) return at.error();
  const auto found = world_.find_domain(domain_uuid);
  const SimulatedDomain* domain = found ? &world_.domains()[*found] : nullptr;
  if (domain == nullptr || (domain->node != *at && domain->target != *at))
    return CallError{CallFault::kNotFound, node.name + ": no domain " + domain_uuid};
  return *found;
}

void SimulatedHypervisor::know_node(const NodeAddress& node) {
  const auto known = known_.find(node.uri);
  if (known != known_.end() && (known->second == node.uuid || known->second.empty())) {
    known->second = node.uuid;
    return;
  }
  known_[node.uri] = node.uuid;
  ports::NodeProof proof{.node_uuid = node.uuid, .uri = node.uri, .identity = {}, .problem = {}, .at = clock_.now()};
  // Until its UUID is known, a node is known by its name.
  const auto& nodes = world_.nodes();
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const SimulatedNode& one) {
    return node.uuid.empty() ? one.model->name == node.name : one.model->uuid == node.uuid;
  });
  if (found != nodes.end())
    proof.identity =
        ports::NodeIdentity{found->model->uuid, found->model->name, found->model->cpus, found->model->memory_bytes};
  else
    proof.problem = node.name + ": Connection refused: there is no such simulated node";
  if (hear_) hear_(std::move(proof));
}

void SimulatedHypervisor::forget_node(const std::string& node_uuid) {
  std::erase_if(known_, [&](const auto& one) { return one.second == node_uuid; });
}

Result<ports::DomainFacts, CallError> SimulatedHypervisor::look(const NodeAddress& node,
                                                                const std::string& domain_uuid) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  const SimulatedDomain& domain = world_.domains()[*found];
  ports::DomainFacts facts = domain.facts;
  if (world_.find_node(node.uuid) != domain.node) facts.state = telemetry::DomainState::kPaused;
  facts.guest_memory_bytes = facts.balloon_bytes;
  facts.guest_usable_bytes =
      std::max<std::int64_t>(0, facts.balloon_bytes - static_cast<std::int64_t>(domain.memory.uses));
  return facts;
}

Result<std::int64_t, CallError> SimulatedHypervisor::available_memory_bytes(const NodeAddress& node) {
  const auto at = node_at(node);
  if (!at) return at.error();
  return world_.nodes()[*at].available_bytes;
}

Result<std::optional<std::string>, CallError> SimulatedHypervisor::target_obstacle(const NodeAddress& source,
                                                                                   const std::string& domain_uuid,
                                                                                   const NodeAddress& target) {
  if (const auto at = node_at(target); !at) return at.error();
  const auto found = domain_on(source, domain_uuid);
  if (!found) return found.error();
  return std::optional<std::string>();
}

Result<void, CallError> SimulatedHypervisor::apply(const NodeAddress& node, const std::string& domain_uuid,
                                                   const model::Step& step, Reach reach) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  SimulatedDomain& domain = world_.domain(*found);
  const auto why = apply_step({domain.facts, domain.tuned, world_.dimm_slots(), true, std::nullopt}, step, reach);
  if (why) return CallError{CallFault::kRefused, node.name + ": " + *why};
  return {};
}

Result<ports::Applied, CallError> SimulatedHypervisor::is_applied(const NodeAddress& node,
                                                                  const std::string& domain_uuid,
                                                                  const model::Step& step) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  SimulatedDomain& domain = world_.domain(*found);
  return step_is_applied({domain.facts, domain.tuned, world_.dimm_slots(), true, std::nullopt}, step);
}

Result<ports::MigrationProgress, CallError> SimulatedHypervisor::migrate(const NodeAddress& source,
                                                                         const std::string& domain_uuid,
                                                                         const NodeAddress& target,
                                                                         const ports::MigrationOptions& options) {
  const auto found = domain_on(source, domain_uuid);
  if (!found) return found.error();
  const auto to = node_at(target);
  if (!to) return CallError{CallFault::kRefused, source.name + ": cannot connect to " + target.name};
  if (options.may_begin && !options.may_begin())
    return CallError{CallFault::kCancelled, "the lease ran out before libvirt was asked"};
  const Move move = world_.finish_migration(*found, *to);
  ports::MigrationProgress figures;
  figures.elapsed_ms = (move.ended - move.began).count();
  figures.memory_total_bytes = figures.memory_processed_bytes = static_cast<std::int64_t>(move.bytes);
  figures.memory_remaining_bytes = 0;
  figures.downtime_ms = static_cast<std::int64_t>(move.downtime_seconds * 1000);
  return figures;
}

Result<double, CallError> SimulatedHypervisor::dirty_bytes_per_second(const NodeAddress& node,
                                                                      const std::string& domain_uuid, int) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  return world_.domains()[*found].model->dirty_bytes_per_second;
}

Result<SimulatedHypervisor::Figures, CallError> SimulatedHypervisor::migration_figures(const NodeAddress& node,
                                                                                       const std::string& domain_uuid,
                                                                                       JobWhen) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  return Figures();
}

Result<void, CallError> SimulatedHypervisor::start_post_copy(const NodeAddress& source,
                                                             const std::string& domain_uuid) {
  const auto found = domain_on(source, domain_uuid);
  if (!found) return found.error();
  return CallError{CallFault::kRefused, source.name + ": post-copy is not simulated"};
}

Result<void, CallError> SimulatedHypervisor::set_autostart(const NodeAddress& node, const std::string& domain_uuid) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  world_.domain(*found).facts.autostart = true;
  return {};
}

Result<void, CallError> SimulatedHypervisor::cancel_job(const NodeAddress& node, const std::string& domain_uuid) {
  const auto found = domain_on(node, domain_uuid);
  if (!found) return found.error();
  if (!world_.domains()[*found].target)
    return CallError{CallFault::kRefused, node.name + ": no job is active on " + domain_uuid};
  world_.drop_migration(*found);
  return {};
}

}  // namespace hotspot::simulation
