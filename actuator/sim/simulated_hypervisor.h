// The hypervisor port over a simulated world: answers from it, and changes it at once.
//
// A migration is begun and ended by SimulatedActions (simulated_actions.h, StepTimes); migrate() is its end. Thread
// rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"
#include "actuator/sim/world.h"

namespace hotspot::simulation {

class SimulatedHypervisor : public ports::Hypervisor {
 public:
  // hear: is told of each node that is made known, during that call.
  SimulatedHypervisor(World& world, const ports::Clock& clock, std::function<void(ports::NodeProof)> hear);

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
  Result<std::size_t, ports::CallError> node_at(const ports::NodeAddress& node) const;
  Result<std::size_t, ports::CallError> domain_on(const ports::NodeAddress& node, const std::string& domain_uuid) const;

  World& world_;
  const ports::Clock& clock_;
  std::function<void(ports::NodeProof)> hear_;
  std::map<std::string, std::string> known_;  // URI → UUID, "" until that is known
};

}  // namespace hotspot::simulation
