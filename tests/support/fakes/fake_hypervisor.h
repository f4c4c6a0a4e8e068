// A hypervisor in memory: nodes, domains, and the ways in which they fail.
//
// Records every call. A migration goes on in steps, each of which asks on_progress; a test may hold it, fail it, or let
// a node hang. Thread rule: as the port; tests may change it from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"
#include "tests/support/fakes/fake_connections.h"
#include "tests/support/fakes/fake_steps.h"

namespace hotspot::fakes {

class FakeHypervisor : public ports::Hypervisor {
 public:
  // --- the world -----------------------------------------------------------------------------------------------------
  void add_domain(const std::string& node_uuid, const std::string& domain_uuid, ports::DomainFacts facts);
  void remove_domain(const std::string& node_uuid, const std::string& domain_uuid);
  // Empty where that node has no such domain.
  std::optional<ports::DomainFacts> facts(const std::string& node_uuid, const std::string& domain_uuid) const;
  std::vector<std::string> nodes_with(const std::string& domain_uuid) const;

  // --- its failures --------------------------------------------------------------------------------------------------
  // Every call to the node fails so, until mended.
  void fail_node(const std::string& node_uuid, ports::CallError error);
  // The next call of that name ("set_vcpus", "migrate", …) fails so, once.
  void fail_next(const std::string& call, ports::CallError error);
  // Calls to the node block until it is mended; then they end with kUnreachable.
  void hang_node(const std::string& node_uuid);
  void mend_node(const std::string& node_uuid);

  // --- connections ---------------------------------------------------------------------------------------------------
  // Hears a NodeProof when a node is made known, whether it fails or not, and when its connection breaks.
  void on_proof(std::function<void(const ports::NodeProof&)> hear);
  // Who answers there; without this a host of that UUID and the node's name, with 8 CPUs and 64 GiB.
  void set_identity(const std::string& node_uuid, ports::NodeIdentity identity);
  void break_connection(const std::string& node_uuid, const std::string& problem);

  // --- migrations ----------------------------------------------------------------------------------------------------
  // What the guest's agent says; without this there is none.
  void set_guest_vcpus(const std::string& domain_uuid, int online);
  void hang_agent(const std::string& domain_uuid);  // calls that ask it end without an answer
  void set_dimm_slots(int free);                    // none at first
  void ignore_memory_changes();                     // the guest's kernel has no driver for it
  void set_migration_steps(int steps);              // progress reports of each migration; 4 at first
  // Migrations make no progress (but still report) until let go.
  void hold_migrations();
  void let_migrations_go();

  // What migration_figures says, of a migration that nobody waits for.
  void set_figures(const std::string& node_uuid, const std::string& domain_uuid, Figures running,
                   Figures completed = std::nullopt);
  // What dirty_bytes_per_second says of the domain; not set: it is refused.
  void set_dirty_rate(const std::string& domain_uuid, double bytes_per_second,
                      double writable_bytes = std::numeric_limits<double>::infinity());
  // Without this every node has plenty.
  void set_available_memory(const std::string& node_uuid, std::int64_t bytes);
  // The target says no to the domain: when it is asked beforehand, or only when the migration begins.
  enum class Refuses { kWhenAsked, kWhenItBegins };
  void refuse_at(const std::string& node_uuid, const std::string& domain_uuid, const std::string& reason,
                 Refuses when = Refuses::kWhenItBegins);
  // The options of the newest migration.
  ports::MigrationOptions migration_options() const;

  // --- what happened -------------------------------------------------------------------------------------------------
  // "set_vcpus h1 6695… 2", "migrate h1 6695… h2": the node's name, in order of beginning.
  std::vector<std::string> calls() const;
  std::vector<std::string> known_nodes() const;         // UUIDs, once for each know_node()
  std::map<std::string, int> connections_made() const;  // by URI: how often a connection was made
  std::vector<std::string> forgotten_nodes() const;     // UUIDs, as they were forgotten

  // --- the port ------------------------------------------------------------------------------------------------------
  void know_node(const ports::NodeAddress& node) override;
  void forget_node(const std::string& node_uuid) override;
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
  struct Job {
    Figures running, completed;
  };
  using Domains = std::map<std::string, ports::DomainFacts>;
  using Lock = std::unique_lock<std::mutex>;
  using Outcome = Result<ports::MigrationProgress, ports::CallError>;

  static std::string key_of(const ports::NodeAddress& node);  // in the maps below
  // Records the call; then an error if the node or the call is to fail. Blocks while the node hangs.
  std::optional<ports::CallError> enter(Lock& lock, const std::string& call, const ports::NodeAddress& node,
                                        const std::string& details);
  Result<ports::DomainFacts*, ports::CallError> find(const ports::NodeAddress& node, const std::string& domain_uuid);
  Outcome run_migration(Lock& lock, const ports::NodeAddress& source, const std::string& domain_uuid,
                        const ports::NodeAddress& target, const ports::OnProgress& on_progress);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Domains> nodes_;  // by node UUID
  std::map<std::string, ports::CallError> failing_nodes_;
  std::map<std::string, ports::CallError> failing_calls_;
  std::map<std::string, bool> hanging_;
  std::map<std::string, std::map<std::string, Job>> figures_;  // by node and domain UUID
  std::map<std::string, bool> cancelled_;                      // by domain UUID
  std::map<std::string, FakeDomain> more_;                     // by domain UUID
  int migration_steps_ = 4;
  struct DirtyRate {
    double bytes_per_second, writable_bytes;
  };
  std::map<std::string, DirtyRate> dirty_rates_;                                            // by domain UUID
  std::map<std::string, std::int64_t> available_memory_;                                    // by node UUID
  std::map<std::string, std::map<std::string, std::pair<std::string, Refuses>>> refusing_;  // by node and domain UUID
  ports::MigrationOptions migration_options_;
  bool held_ = false;
  FakeSettings settings_;
  std::vector<std::string> calls_, known_, forgotten_;
  FakeConnections connections_;
};

}  // namespace hotspot::fakes
