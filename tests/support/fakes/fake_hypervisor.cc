#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::fakes {
namespace {

using ports::CallError;
using ports::CallFault;
using ports::NodeAddress;

std::string tuning_key(const model::Step& step) {
  std::string key = model::step_name(step);
  if (const auto* disk = std::get_if<model::SetDiskLimit>(&step)) key += " " + disk->device;
  if (const auto* interface = std::get_if<model::SetNetworkLimit>(&step)) key += " " + interface->device;
  return key;
}

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
  guest_vcpus_[domain_uuid] = online;
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

Result<void, CallError> FakeHypervisor::set_vcpus(const NodeAddress& node, const std::string& domain_uuid, int count) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "set_vcpus", node, domain_uuid + " " + std::to_string(count))) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  if (count < 1 || count > (*domain)->vcpus_max)
    return CallError{CallFault::kRefused, node.name + ": vCPUs out of the domain's limits"};
  (*domain)->vcpus = count;
  return {};
}

Result<void, CallError> FakeHypervisor::set_balloon(const NodeAddress& node, const std::string& domain_uuid,
                                                    std::int64_t bytes) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "set_balloon", node, domain_uuid + " " + std::to_string(bytes))) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  if (bytes < kKibibyte || bytes > (*domain)->balloon_max_bytes)
    return CallError{CallFault::kRefused, node.name + ": balloon out of the domain's limits"};
  (*domain)->balloon_bytes = bytes / kKibibyte * kKibibyte;
  return {};
}

Result<void, CallError> FakeHypervisor::resize_memory(const NodeAddress& node, const std::string& domain_uuid,
                                                      const model::Step& step) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "resize_memory", node, domain_uuid + " " + model::describe(step))) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  const auto refused = [&](const std::string& why) { return CallError{CallFault::kRefused, node.name + ": " + why}; };
  auto& devices = (*domain)->memory_devices;
  if (const auto* dimm = std::get_if<model::PlugDimm>(&step)) {
    if (dimm->to_bytes <= dimm->from_bytes) return refused("a DIMM needs a size");
    if (dimm_slots_ <= 0) return refused("the domain has no free slot for memory");
    --dimm_slots_;
    devices.push_back({"dimm" + std::to_string(devices.size()), "dimm", dimm->to_bytes - dimm->from_bytes, {}, {}, {}});
    if (guest_takes_memory_ && (*domain)->guest_memory_bytes)
      *(*domain)->guest_memory_bytes += dimm->to_bytes - dimm->from_bytes;
    return {};
  }
  const auto* plugged = std::get_if<model::SetVirtioMem>(&step);
  if (plugged == nullptr) return refused("no step of memory devices");
  for (telemetry::MemoryDevice& one : devices) {
    if (one.device != plugged->device) continue;
    if (plugged->to_bytes < 0 || plugged->to_bytes > one.size_bytes) return refused("more than the device's size");
    one.requested_bytes = plugged->to_bytes;
    if (guest_takes_memory_) one.current_bytes = plugged->to_bytes;
    return {};
  }
  return refused("no memory device " + plugged->device);
}

void FakeHypervisor::set_dimm_slots(int free) {
  const Lock lock(mutex_);
  dimm_slots_ = free;
}

void FakeHypervisor::ignore_memory_changes() {
  const Lock lock(mutex_);
  guest_takes_memory_ = false;
}

Result<void, CallError> FakeHypervisor::set_persistently(const NodeAddress& node, const std::string& domain_uuid,
                                                         const model::Step& step) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "set_persistently", node, domain_uuid + " " + model::describe(step)))
    return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  if (!(*domain)->persistent) return CallError{CallFault::kRefused, node.name + ": the domain is transient"};
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&step)) (*domain)->persistent_vcpus = vcpus->to;
  return {};
}

Result<int, CallError> FakeHypervisor::guest_vcpus(const NodeAddress& node, const std::string& domain_uuid) {
  const Lock lock(mutex_);
  const auto known = guest_vcpus_.find(domain_uuid);
  if (known == guest_vcpus_.end()) return CallError{CallFault::kRefused, node.name + ": no guest agent"};
  return known->second;
}

Result<void, CallError> FakeHypervisor::tune(const NodeAddress& node, const std::string& domain_uuid,
                                             const model::Step& step) {
  Lock lock(mutex_);
  if (const auto error = enter(lock, "tune", node, domain_uuid + " " + model::describe(step))) return *error;
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  tuned_[domain_uuid].insert_or_assign(tuning_key(step), step);
  return {};
}

Result<bool, CallError> FakeHypervisor::is_tuned(const NodeAddress& node, const std::string& domain_uuid,
                                                 const model::Step& step) {
  const Lock lock(mutex_);
  const auto domain = find(node, domain_uuid);
  if (!domain) return domain.error();
  const auto& all = tuned_[domain_uuid];
  const auto known = all.find(tuning_key(step));
  return known != all.end() && known->second == step;
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
