#include "actuator/io/libvirt/hypervisor.h"

#include <map>
#include <mutex>
#include <utility>

#include "actuator/io/libvirt/dirty_rate.h"
#include "actuator/io/libvirt/domain.h"
#include "actuator/io/libvirt/host.h"
#include "actuator/io/libvirt/job.h"
#include "actuator/io/libvirt/migration.h"
#include "actuator/io/libvirt/node.h"
#include "actuator/io/libvirt/steps.h"
#include "actuator/io/libvirt/target_check.h"

namespace hotspot::io {
namespace {

// For calls in progress at shutdown; those that hang are released later by keep-alive.
constexpr Milliseconds kLeaveLimit{2000};

// How long a node that know_node() did not announce is kept after the last call to it.
constexpr std::chrono::minutes kKeptForCalls{5};

using Steady = std::chrono::steady_clock;
using ports::CallError;
using Done = Result<void, CallError>;

// with_domain() for calls that return 0 or an error.
Done change(LibvirtNode& node, const std::string& uuid, std::function<int(virDomainPtr)> call) {
  auto result =
      with_domain<int>(node, uuid, [call = std::move(call)](const LibvirtDomain& domain) -> Result<int, CallError> {
        if (call(domain.handle.get()) != 0) return domain_error(domain);
        return 0;
      });
  if (!result) return result.error();
  return {};
}

}  // namespace

struct LibvirtHypervisor::Impl {
  explicit Impl(LibvirtOptions options) : pool(std::make_shared<OpenerPool>(options.opening)) {
    auto budget = options.budget ? options.budget : budget_of_this_process();
    const virt::CallLimits limits = options.calls;
    shared = std::make_unique<LibvirtShared>(
        LibvirtShared{std::move(options), virt::TimedCalls(limits), std::move(budget), pool});
  }

  struct Known {
    std::shared_ptr<LibvirtNode> node;
    bool stays = false;  // from know_node(); others exist only for calls
    Steady::time_point used{};
  };

  // For one or several calls.
  std::shared_ptr<LibvirtNode> node(const ports::NodeAddress& address) {
    const std::lock_guard lock(mutex);
    return find(address).node;
  }
  std::shared_ptr<LibvirtNode> keep(const ports::NodeAddress& address) {
    const std::lock_guard lock(mutex);
    Known& known = find(address);
    known.stays = true;
    return known.node;
  }
  void forget(std::map<std::string, Known>::iterator known) {
    known->second.node->close();
    nodes.erase(known);
  }

  std::shared_ptr<OpenerPool> pool;
  std::unique_ptr<LibvirtShared> shared;
  std::mutex mutex;
  std::map<std::string, Known> nodes;  // by UUID; by URI if there is none

 private:
  Known& find(const ports::NodeAddress& address) {
    forget_unused();
    take_by_uri(address);
    Known& known = nodes[address.uuid.empty() ? address.uri : address.uuid];
    known.used = Steady::now();
    if (known.node && known.node->address().uri != address.uri) {
      known.node->close();
      known.node.reset();
    }
    if (!known.node) known.node = std::make_shared<LibvirtNode>(address, *shared);
    return known;
  }

  // A node that was known only by its URI, and now has a UUID.
  void take_by_uri(const ports::NodeAddress& address) {
    if (address.uuid.empty()) return;
    auto by_uri = nodes.extract(address.uri);
    if (by_uri.empty()) return;
    if (nodes.contains(address.uuid)) return by_uri.mapped().node->close();  // there is another one already, for calls
    by_uri.mapped().node->identify(address.uuid);
    by_uri.key() = address.uuid;
    nodes.insert(std::move(by_uri));
  }

  void forget_unused() {
    for (auto known = nodes.begin(); known != nodes.end();) {
      const auto here = known++;
      if (!here->second.stays && Steady::now() - here->second.used > kKeptForCalls &&
          here->second.node.use_count() == 1)
        forget(here);
    }
  }
};

LibvirtHypervisor::LibvirtHypervisor(LibvirtOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

LibvirtHypervisor::~LibvirtHypervisor() {
  for (auto& [key, known] : impl_->nodes) known.node->close();
  impl_->pool->stop(kLeaveLimit);
  impl_->shared->calls.wait_for_all(kLeaveLimit);
}

void LibvirtHypervisor::know_node(const ports::NodeAddress& node) { impl_->keep(node)->keep_connected(); }

void LibvirtHypervisor::forget_node(const std::string& node_uuid) {
  const std::lock_guard lock(impl_->mutex);
  const auto known = impl_->nodes.find(node_uuid);
  if (known != impl_->nodes.end()) impl_->forget(known);
}

LibvirtCounts LibvirtHypervisor::counts() const {
  const std::lock_guard lock(impl_->mutex);
  return {impl_->pool->counts(), impl_->shared->calls.threads(), impl_->nodes.size()};
}

Result<ports::DomainFacts, CallError> LibvirtHypervisor::look(const ports::NodeAddress& node,
                                                              const std::string& domain_uuid) {
  return with_domain<ports::DomainFacts>(*impl_->node(node), domain_uuid, look_at);
}

Result<std::int64_t, CallError> LibvirtHypervisor::available_memory_bytes(const ports::NodeAddress& address) {
  return available_memory(*impl_->node(address));
}

Result<std::optional<std::string>, CallError> LibvirtHypervisor::target_obstacle(const ports::NodeAddress& source,
                                                                                 const std::string& domain_uuid,
                                                                                 const ports::NodeAddress& target) {
  return target_obstacle_of(*impl_->node(source), domain_uuid, *impl_->node(target));
}

Done LibvirtHypervisor::apply(const ports::NodeAddress& node, const std::string& domain_uuid, const model::Step& step,
                              Reach reach) {
  const auto done = with_domain<int>(*impl_->node(node), domain_uuid, [step, reach](const LibvirtDomain& domain) {
    return apply_step(domain, step, reach);
  });
  if (!done) return done.error();
  return {};
}

Result<ports::Applied, CallError> LibvirtHypervisor::is_applied(const ports::NodeAddress& node,
                                                                const std::string& domain_uuid,
                                                                const model::Step& step) {
  const auto libvirt = impl_->node(node);
  auto applied = with_domain<ports::Applied>(
      *libvirt, domain_uuid, [step](const LibvirtDomain& domain) { return step_is_applied(domain, step); });
  if (!applied || !applied->shown || !adds_vcpus(step)) return applied;
  // In a call of its own: a guest whose agent hangs must not look like a node that does not answer.
  if (const auto online = with_domain<int>(*libvirt, domain_uuid, guest_vcpus)) applied->guest_vcpus = *online;
  return applied;
}

Result<ports::MigrationProgress, CallError> LibvirtHypervisor::migrate(const ports::NodeAddress& source,
                                                                       const std::string& domain_uuid,
                                                                       const ports::NodeAddress& target,
                                                                       const ports::MigrationOptions& options) {
  return LibvirtMigration(impl_->node(source), impl_->node(target), domain_uuid, options).run();
}

Result<double, CallError> LibvirtHypervisor::dirty_bytes_per_second(const ports::NodeAddress& node,
                                                                    const std::string& domain_uuid, int seconds) {
  return sample_dirty_rate(*impl_->node(node), domain_uuid, seconds);
}

Result<ports::Hypervisor::Figures, CallError> LibvirtHypervisor::migration_figures(const ports::NodeAddress& node,
                                                                                   const std::string& domain_uuid,
                                                                                   JobWhen when) {
  return with_domain<Figures>(*impl_->node(node), domain_uuid,
                              [when](const LibvirtDomain& domain) -> Result<Figures, CallError> {
                                Figures figures = job_figures(domain.handle.get(), when);
                                if (figures && when == JobWhen::kRunning)
                                  figures->post_copy = is_in_post_copy(domain.handle.get());
                                return figures;
                              });
}

Done LibvirtHypervisor::start_post_copy(const ports::NodeAddress& source, const std::string& domain_uuid) {
  return change(*impl_->node(source), domain_uuid,
                [](virDomainPtr domain) { return virDomainMigrateStartPostCopy(domain, 0); });
}

Done LibvirtHypervisor::set_autostart(const ports::NodeAddress& node, const std::string& domain_uuid) {
  return change(*impl_->node(node), domain_uuid, [](virDomainPtr domain) { return virDomainSetAutostart(domain, 1); });
}

Done LibvirtHypervisor::cancel_job(const ports::NodeAddress& node, const std::string& domain_uuid) {
  return change(*impl_->node(node), domain_uuid, [](virDomainPtr domain) { return virDomainAbortJob(domain); });
}

}  // namespace hotspot::io
