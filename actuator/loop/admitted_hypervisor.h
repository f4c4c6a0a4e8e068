// The only access to libvirt: whoever calls, and whatever URI an action, a snapshot or the journal contains, only URIs
// of the registry are ever connected to.
//
// The node is looked up by its host UUID; the caller's URI is ignored. An action that an older hotspotd left open in
// the journal, on a node that is not admitted yet, may be queried at the URI in its own entry (allow_journal()). Calls
// for any other node return kUnreachable. Thread rule: that of the port; set_addresses() and allow_journal() from any
// thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/node_uri.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/journal.h"

namespace hotspot::loop {

class AdmittedHypervisor : public ports::Hypervisor {
 public:
  explicit AdmittedHypervisor(ports::Hypervisor& real) : real_(real) {}

  // Connects to those that are new, lets those go that are not among them.
  void set_addresses(const std::vector<ports::NodeAddress>& addresses);
  // Is this one of them? What is reported of another comes late.
  bool connects_to(const std::string& node_uuid, const std::string& uri) const;
  // Connects anew, so that libvirt says again who it is.
  void ask_anew(const std::string& node_uuid);
  // For nodes of open actions that are not in the registry: their URIs hold if `rules` allow them without parameters.
  void allow_journal(const std::vector<ports::JournalEntry>& open, UriRules rules);

  // Nobody else makes nodes known.
  void know_node(const ports::NodeAddress&) override {}
  void forget_node(const std::string&) override {}
  Result<ports::DomainFacts, ports::CallError> look(const ports::NodeAddress& node,
                                                    const std::string& domain_uuid) override;
  Result<std::int64_t, ports::CallError> available_memory_bytes(const ports::NodeAddress& node) override;
  Result<std::optional<std::string>, ports::CallError> target_obstacle(const ports::NodeAddress& source,
                                                                       const std::string& domain_uuid,
                                                                       const ports::NodeAddress& target) override;
  Result<void, ports::CallError> apply(const ports::NodeAddress& node, const std::string& domain_uuid,
                                       const model::Step& step, Reach reach) override;
  Result<ports::Applied, ports::CallError> is_applied(const ports::NodeAddress& node, const std::string& domain_uuid,
                                                      const model::Step& step) override;
  Result<ports::MigrationProgress, ports::CallError> migrate(const ports::NodeAddress& source,
                                                             const std::string& domain_uuid,
                                                             const ports::NodeAddress& target,
                                                             const ports::MigrationOptions& options) override;
  Result<double, ports::CallError> dirty_bytes_per_second(const ports::NodeAddress& node,
                                                          const std::string& domain_uuid, int seconds) override;
  Result<Figures, ports::CallError> migration_figures(const ports::NodeAddress& node, const std::string& domain_uuid,
                                                      JobWhen when) override;
  Result<void, ports::CallError> start_post_copy(const ports::NodeAddress& source,
                                                 const std::string& domain_uuid) override;
  Result<void, ports::CallError> set_autostart(const ports::NodeAddress& node, const std::string& domain_uuid) override;
  Result<void, ports::CallError> cancel_job(const ports::NodeAddress& node, const std::string& domain_uuid) override;

 private:
  using Address = Result<ports::NodeAddress, ports::CallError>;
  Address address_of(const ports::NodeAddress& asked) const;

  ports::Hypervisor& real_;
  mutable std::mutex mutex_;
  std::map<std::string, ports::NodeAddress> addresses_;  // by host UUID, or by URI where it is not known yet
  std::map<std::string, ports::NodeAddress> journal_;    // by host UUID
};

}  // namespace hotspot::loop
