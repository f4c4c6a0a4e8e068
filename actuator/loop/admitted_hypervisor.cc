#include "actuator/loop/admitted_hypervisor.h"

#include <set>
#include <utility>

#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using ports::CallError;
using ports::NodeAddress;

std::string key_of(const NodeAddress& address) { return address.uuid.empty() ? address.uri : address.uuid; }

bool is_same(const NodeAddress& a, const NodeAddress& b) { return a.uri == b.uri && a.name == b.name; }

}  // namespace

void AdmittedHypervisor::set_addresses(const std::vector<NodeAddress>& addresses) {
  std::vector<std::string> gone;
  std::vector<NodeAddress> fresh;
  {
    const std::lock_guard lock(mutex_);
    std::map<std::string, NodeAddress> next;
    std::set<std::string> identified;  // URIs of those that are known by their UUIDs
    for (const NodeAddress& address : addresses) {
      next.emplace(key_of(address), address);
      if (!address.uuid.empty()) identified.insert(address.uri);
    }
    for (const auto& [key, address] : addresses_) {
      // One that was known by its URI alone keeps its connection.
      if (address.uuid.empty() && identified.contains(address.uri)) continue;
      const auto still = next.find(key);
      if (still == next.end() || !is_same(still->second, address)) gone.push_back(key);
    }
    for (const auto& [key, address] : next) {
      const auto before = addresses_.find(key);
      if (before == addresses_.end() || !is_same(before->second, address)) fresh.push_back(address);
      journal_.erase(key);
    }
    addresses_ = std::move(next);
  }
  for (const std::string& key : gone) real_.forget_node(key);
  for (const NodeAddress& address : fresh) real_.know_node(address);
}

bool AdmittedHypervisor::connects_to(const std::string& node_uuid, const std::string& uri) const {
  const std::lock_guard lock(mutex_);
  const auto known = addresses_.find(node_uuid.empty() ? uri : node_uuid);
  return known != addresses_.end() && known->second.uri == uri;
}

void AdmittedHypervisor::ask_anew(const std::string& node_uuid) {
  NodeAddress address;
  {
    const std::lock_guard lock(mutex_);
    const auto known = addresses_.find(node_uuid);
    if (known == addresses_.end()) return;
    address = known->second;
  }
  real_.forget_node(node_uuid);
  real_.know_node(address);
}

void AdmittedHypervisor::allow_journal(const std::vector<ports::JournalEntry>& open, UriRules rules) {
  rules.parameters.clear();
  const std::lock_guard lock(mutex_);
  journal_.clear();
  const auto allow = [&](const NodeAddress& address) {
    if (!addresses_.contains(address.uuid) && check_node_uri(address.uri, rules)) journal_[address.uuid] = address;
  };
  for (const ports::JournalEntry& entry : open) {
    allow({entry.action.node_uuid, entry.action.node_name, entry.action.node_uri});
    if (const auto* move = std::get_if<model::MigrateTo>(&entry.action.step))
      allow({move->target_uuid, move->target_name, move->target_uri});
  }
}

AdmittedHypervisor::Address AdmittedHypervisor::address_of(const NodeAddress& asked) const {
  const std::lock_guard lock(mutex_);
  if (const auto known = addresses_.find(asked.uuid); known != addresses_.end()) return known->second;
  if (const auto known = journal_.find(asked.uuid); known != journal_.end()) return known->second;
  return CallError{ports::CallFault::kUnreachable,
                   "node '" + text::visible(asked.name) + "' is not admitted, so hotspotd does not connect to it"};
}

Result<ports::DomainFacts, CallError> AdmittedHypervisor::look(const NodeAddress& node,
                                                               const std::string& domain_uuid) {
  const auto address = address_of(node);
  return address ? real_.look(*address, domain_uuid) : Result<ports::DomainFacts, CallError>(address.error());
}

Result<std::int64_t, CallError> AdmittedHypervisor::available_memory_bytes(const NodeAddress& node) {
  const auto address = address_of(node);
  return address ? real_.available_memory_bytes(*address) : Result<std::int64_t, CallError>(address.error());
}

Result<std::optional<std::string>, CallError> AdmittedHypervisor::target_obstacle(const NodeAddress& source,
                                                                                  const std::string& domain_uuid,
                                                                                  const NodeAddress& target) {
  const auto from = address_of(source);
  if (!from) return from.error();
  const auto to = address_of(target);
  if (!to) return to.error();
  return real_.target_obstacle(*from, domain_uuid, *to);
}

Result<void, CallError> AdmittedHypervisor::apply(const NodeAddress& node, const std::string& domain_uuid,
                                                  const model::Step& step, Reach reach) {
  const auto address = address_of(node);
  return address ? real_.apply(*address, domain_uuid, step, reach) : Result<void, CallError>(address.error());
}

Result<ports::Applied, CallError> AdmittedHypervisor::is_applied(const NodeAddress& node,
                                                                 const std::string& domain_uuid,
                                                                 const model::Step& step) {
  const auto address = address_of(node);
  return address ? real_.is_applied(*address, domain_uuid, step) : Result<ports::Applied, CallError>(address.error());
}

Result<double, CallError> AdmittedHypervisor::dirty_bytes_per_second(const NodeAddress& node,
                                                                     const std::string& domain_uuid, int seconds) {
  const auto address = address_of(node);
  return address ? real_.dirty_bytes_per_second(*address, domain_uuid, seconds)
                 : Result<double, CallError>(address.error());
}

Result<ports::Hypervisor::Figures, CallError> AdmittedHypervisor::migration_figures(const NodeAddress& node,
                                                                                    const std::string& domain_uuid,
                                                                                    JobWhen when) {
  const auto address = address_of(node);
  return address ? real_.migration_figures(*address, domain_uuid, when)
                 : Result<ports::Hypervisor::Figures, CallError>(address.error());
}

Result<void, CallError> AdmittedHypervisor::start_post_copy(const NodeAddress& node, const std::string& domain_uuid) {
  const auto address = address_of(node);
  return address ? real_.start_post_copy(*address, domain_uuid) : Result<void, CallError>(address.error());
}

Result<void, CallError> AdmittedHypervisor::set_autostart(const NodeAddress& node, const std::string& domain_uuid) {
  const auto address = address_of(node);
  return address ? real_.set_autostart(*address, domain_uuid) : Result<void, CallError>(address.error());
}

Result<void, CallError> AdmittedHypervisor::cancel_job(const NodeAddress& node, const std::string& domain_uuid) {
  const auto address = address_of(node);
  return address ? real_.cancel_job(*address, domain_uuid) : Result<void, CallError>(address.error());
}

Result<ports::MigrationProgress, CallError> AdmittedHypervisor::migrate(const NodeAddress& source,
                                                                        const std::string& domain_uuid,
                                                                        const NodeAddress& target,
                                                                        const ports::MigrationOptions& options) {
  const auto from = address_of(source);
  if (!from) return from.error();
  const auto to = address_of(target);
  if (!to) return CallError{ports::CallFault::kRefused, to.error().message};
  return real_.migrate(*from, domain_uuid, *to, options);
}

}  // namespace hotspot::loop
