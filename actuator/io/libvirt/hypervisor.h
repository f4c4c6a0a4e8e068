// The hypervisor port on libvirt: one connection per node, opened in the background and kept, for events and so that it
// is available when needed. However many nodes hang, threads and descriptors stay bounded: a pool opens connections,
// hanging calls are counted, and nodes without descriptors are not connected.
//
// libvirt's own types stay inside the *.cc of libvirt/.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actuator/io/libvirt/descriptor_budget.h"
#include "actuator/io/libvirt/opener_pool.h"
#include "actuator/ports/domain_event.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"
#include "common/libvirt/timed_calls.h"

namespace hotspot::io {

struct LibvirtOptions {
  // The longest wait for a libvirt call, except for a migration, which waits as long as its node answers.
  Milliseconds call_limit{10'000};
  // A libvirtd that is silent for interval × (count + 1) counts as dead, and calls that wait for it are released.
  int keepalive_interval_s = 5;
  unsigned keepalive_count = 3;
  Milliseconds look_interval{std::chrono::minutes(5)};  // for querying a node's equipment (CPUs may be plugged)
  OpenerPool::Options opening;
  virt::CallLimits calls;
  std::shared_ptr<DescriptorBudget> budget;  // of the process; null: created from its present limit
  Milliseconds progress_interval{250};
  Milliseconds cancel_limit{30'000};  // for libvirt to end a cancelled migration
  // After a failed migration, for libvirt to resume the domain on the source and to remove it from the target; normally
  // that takes moments.
  Milliseconds resume_limit{5'000};
  // A connection was established (true) or lost (false), with a sentence for the log; called once per change, from our
  // own threads.
  std::function<void(const ports::NodeAddress&, bool connected, const std::string& message)> on_change;
  // The identity of the host that answers at the node's URI, for each connection that is kept; or why there is no
  // answer. See NodeProof; called from our own threads.
  std::function<void(const ports::NodeProof&)> on_proof;
  // libvirt's domain events while there is a connection; called from libvirt's event loop.
  std::function<void(const ports::DomainEvent&)> on_event;
};

// Counts what a hypervisor has in progress, for tests and benches.
struct LibvirtCounts {
  OpenerPool::Counts opening;
  int calls = 0;  // threads
  std::size_t nodes = 0;
};

class LibvirtHypervisor : public ports::Hypervisor {
 public:
  explicit LibvirtHypervisor(LibvirtOptions options = {});
  ~LibvirtHypervisor() override;  // waits briefly for calls in progress; those that hang are left behind

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

  LibvirtCounts counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotspot::io
