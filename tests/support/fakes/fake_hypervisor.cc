#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::fakes {
namespace {

using ports::CallError;
using ports::CallFault;
using ports::NodeAddress;

}  // namespace

std::string FakeHypervisor::key_of(const NodeAddress& node) { return node.uuid.empty() ? node.uri : node.uuid; }

void FakeHypervisor::add_domain(const std::string& node_uuid, const std::string& domain_uuid,
                                ports::DomainFacts facts) {
  const Lock lock(mutex_);
  nodes_[node_uuid][domain_uuid] = facts;
}

void FakeHypervisor::remove_domain(const std::string& node_uuid, const std::string& domain_uuid) {
  const Lock lock(mutex_);
  nodes_[node_uuid].erase(domain_uuid);
}

std::optional<ports::DomainFacts> FakeHypervisor::facts(const std::string& node_uuid,
                                                        const std::string& domain_uuid) const {
  const Lock lock(mutex_);
  const auto node = nodes_.find(node_uuid);
  if (node == nodes_.end() || !node->second.contains(domain_uuid)) return std::nullopt;
  return node->second.at(domain_uuid);
}

std::vector<std::string> FakeHypervisor::nodes_with(const std::string& domain_uuid) const {
  const Lock lock(mutex_);
  std::vector<std::string> found;
  for (const auto& [uuid, domains] : nodes_)
    if (domains.contains(domain_uuid)) found.push_back(uuid);
  return found;
}

void FakeHypervisor::fail_node(const std::string& node_uuid, CallError error) {
  const Lock lock(mutex_);
  failing_nodes_[node_uuid] = std::move(error);
}

void FakeHypervisor::fail_next(const std::string& call, CallError error) {
  const Lock lock(mutex_);
  failing_calls_[call] = std::move(error);
}

void FakeHypervisor::hang_node(const std::string& node_uuid) {
  const Lock lock(mutex_);
  hanging_[node_uuid] = true;
}

void FakeHypervisor::mend_node(const std::string& node_uuid) {
  const Lock lock(mutex_);
  hanging_[node_uuid] = false;
  failing_nodes_.erase(node_uuid);
  changed_.notify_all();
}

void FakeHypervisor::set_guest_vcpus(const std::string& domain_uuid, int online) {
  const Lock lock(mutex_);
  more_[domain_uuid].guest_vcpus = online;
}

void FakeHypervisor::hang_agent(const std::string& domain_uuid) {
  const Lock lock(mutex_);
  more_[domain_uuid].agent_hangs = true;
}

void FakeHypervisor::set_migration_steps(int steps) {
  const Lock lock(mutex_);
  migration_steps_ = steps;
}

void FakeHypervisor::hold_migrations() {
  const Lock lock(mutex_);
  held_ = true;
}

void FakeHypervisor::let_migrations_go() {
  const Lock lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

std::vector<std::string> FakeHypervisor::calls() const {
  const Lock lock(mutex_);
  return calls_;
}

std::vector<std::string> FakeHypervisor::known_nodes() const {
  const Lock lock(mutex_);
  return known_;
}

std::optional<CallError> FakeHypervisor::enter(Lock& lock, const std::string& call, const NodeAddress& node,
                                               const std::string& details) {
  calls_.push_back(call + " " + node.name + " " + details);
  const std::string key = key_of(node);
  if (hanging_[key]) {
    changed_.wait(lock, [this, &key] { return !hanging_[key]; });
    return CallError{CallFault::kUnreachable, node.name + ": the fake node hung"};
  }
  if (const auto failing = failing_nodes_.find(key); failing != failing_nodes_.end()) return failing->second;
  if (const auto failing = failing_calls_.find(call); failing != failing_calls_.end()) {
    CallError error = failing->second;
    failing_calls_.erase(failing);
    return error;
  }
  return std::nullopt;
}

Result<ports::DomainFacts*, CallError> FakeHypervisor::find(const NodeAddress& node, const std::string& domain_uuid) {
  auto& domains = nodes_[key_of(node)];
  const auto found = domains.find(domain_uuid);
  if (found == domains.end()) return CallError{CallFault::kNotFound, node.name + ": no domain " + domain_uuid};
  return &found->second;
}

void FakeHypervisor::on_proof(std::function<void(const ports::NodeProof&)> hear) {
  const Lock lock(mutex_);
  connections_.listen(std::move(hear));
}

void FakeHypervisor::set_identity(const std::string& node_uuid, ports::NodeIdentity identity) {
  const Lock lock(mutex_);
  connections_.set_identity(node_uuid, std::move(identity));
}

void FakeHypervisor::break_connection(const std::string& node_uuid, const std::string& problem) {
  Lock lock(mutex_);
  const auto report = connections_.break_off(node_uuid, problem);
  lock.unlock();
  if (report) report();
}

void FakeHypervisor::know_node(const NodeAddress& node) {
  Lock lock(mutex_);
  const std::string key = key_of(node);
  known_.push_back(key);
  if (hanging_[key]) return;
  const auto failing = failing_nodes_.find(key);
  const auto report = connections_.know(node, failing == failing_nodes_.end() ? "" : failing->second.message);
  lock.unlock();
  if (report) report();
}

void FakeHypervisor::forget_node(const std::string& node_uuid) {
  const Lock lock(mutex_);
  forgotten_.push_back(node_uuid);
  connections_.forget(node_uuid);
}

std::map<std::string, int> FakeHypervisor::connections_made() const {
  const Lock lock(mutex_);
  return connections_.made();
}

std::vector<std::string> FakeHypervisor::forgotten_nodes() const {
  const Lock lock(mutex_);
  return forgotten_;
}

Result<ports::DomainFacts, CallError> FakeHypervisor::look(const NodeAddress& node, const std::string& domain_uuid) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "look", node, domain_uuid)) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  return **domain;
}

Result<void, CallError> FakeHypervisor::apply(const NodeAddress& node, const std::string& domain_uuid,
                                              const model::Step& step, Reach reach) {
  Lock lock(mutex_);
  const RecordedCall call = recorded(step, reach);
  if (const auto error = enter(lock, call.name, node, domain_uuid + " " + call.details)) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  const auto why = apply_step({**domain, more_[domain_uuid], settings_}, step, reach);
  if (why) return CallError{CallFault::kRefused, node.name + ": " + *why};
  return {};
}

Result<ports::Applied, CallError> FakeHypervisor::is_applied(const NodeAddress& node, const std::string& domain_uuid,
                                                             const model::Step& step) {
  const Lock lock(mutex_);
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  if (more_[domain_uuid].agent_hangs && model::changes(step) == model::Changes::kVcpus)
    return CallError{CallFault::kUnreachable, node.name + ": does not answer"};
  return step_is_applied({**domain, more_[domain_uuid], settings_}, step);
}

void FakeHypervisor::set_dimm_slots(int free) {
  const Lock lock(mutex_);
  settings_.dimm_slots = free;
}

void FakeHypervisor::ignore_memory_changes() {
  const Lock lock(mutex_);
  settings_.guest_takes_memory = false;
}

void FakeHypervisor::set_available_memory(const std::string& node_uuid, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  available_memory_[node_uuid] = bytes;
}

Result<std::int64_t, CallError> FakeHypervisor::available_memory_bytes(const NodeAddress& node) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "look", node, "memory")) return *error;
  const auto set = available_memory_.find(node.uuid);
  return set == available_memory_.end() ? 256 * kGibibyte : set->second;
}

Result<void, CallError> FakeHypervisor::set_autostart(const NodeAddress& node, const std::string& domain_uuid) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "set_autostart", node, domain_uuid)) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  (*domain)->autostart = true;
  return {};
}

}  // namespace hotspot::fakes
