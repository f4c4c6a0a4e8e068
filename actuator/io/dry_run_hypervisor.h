// Reads from the real hypervisor and only pretends to act: each change returns kDryRun and what would have been done.
#pragma once

#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

class DryRunHypervisor : public ports::Hypervisor {
 public:
  explicit DryRunHypervisor(ports::Hypervisor& real) : real_(real) {}

  void know_node(const ports::NodeAddress& node) override;
  void forget_node(const std::string& node_uuid) override;
  Result<ports::DomainFacts, ports::CallError> look(const ports::NodeAddress& node,
                                                    const std::string& domain_uuid) override;
  Result<std::int64_t, ports::CallError> available_memory_bytes(const ports::NodeAddress& node) override;
  Result<std::optional<std::string>, ports::CallError> target_obstacle(const ports::NodeAddress& source,
                                                                       const std::string& domain_uuid,
                                                                       const ports::NodeAddress& target) override {
    return real_.target_obstacle(source, domain_uuid, target);
  }
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
  ports::Hypervisor& real_;
};

}  // namespace hotspot::io
