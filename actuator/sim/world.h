// The simulated nodes and domains: what domains want, what they get of their nodes, and migrations on their way.
//
// A domain wants what its demand says, at most what its vCPUs, its cap and its network limit allow. Where a node's CPU
// does not suffice it is shared (sharing.h), and what a domain did not get is steal; a link that does not suffice is
// shared in proportion. A domain's memory stays on its node, and is reserved on the target from the beginning of a
// migration. A migration takes the time that plan/migration_time.h predicts, and loads both nodes and their links for
// as long. docs/simulator.md says what is not modelled. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/sim/domain_steps.h"
#include "actuator/sim/scenario.h"
#include "actuator/sim/sharing.h"
#include "actuator/sim/simulated_clock.h"

namespace hotspot::simulation {

struct SimulatedDomain {
  const DomainModel* model = nullptr;
  std::size_t node = 0;
  std::optional<std::size_t> target;  // of a migration under way
  ports::DomainFacts facts;           // without what the guest says of its memory
  Tuned tuned;
  WallTime started_at{};
  // Of the last step. `asks` is what the demand says, `wants` what its own limits leave of that, `gets` what it got.
  struct {
    double asks = 0, wants = 0, gets = 0;
  } cores;
  struct {
    double asks = 0, uses = 0;
  } memory;
  double receive = 0, transmit = 0;  // bytes per second
};

struct SimulatedNode {
  const NodeModel* model = nullptr;
  std::vector<std::size_t> domains;  // that run here: indexes
  // Of the last step.
  double domain_cores = 0;            // that its domains used
  double cores = 0;                   // and what the node itself and migrations used
  double receive = 0, transmit = 0;   // bytes per second, with migrations
  std::int64_t available_bytes = 0;   // not below 0
  std::vector<std::size_t> arriving;  // domains that are on their way here
  double cpu_ratio() const { return cores / model->cpus; }
  double memory_ratio() const;
  double network_ratio() const;  // the busier direction
};

// A migration that has moved its domain.
struct Move {
  std::size_t domain = 0, from = 0, to = 0;
  WallTime began{}, ended{};
  double bytes = 0, downtime_seconds = 0;  // as predicted when it began
};

class World {
 public:
  // The scenario and the clock must outlive it.
  World(const Scenario& scenario, const SimulatedClock& clock, std::uint64_t seed);

  // What was wanted and got since the last call, as it is now.
  void step();

  const std::vector<SimulatedNode>& nodes() const { return nodes_; }
  const std::vector<SimulatedDomain>& domains() const { return domains_; }
  const std::vector<Move>& moves() const { return moves_; }
  std::optional<std::size_t> find_node(const std::string& uuid) const;
  std::optional<std::size_t> find_domain(const std::string& uuid) const;
  SimulatedDomain& domain(std::size_t index) { return domains_[index]; }
  int& dimm_slots() { return dimm_slots_; }
  std::int64_t resident_bytes(const SimulatedDomain& domain) const;

  // How long it takes from now. The domain must run, and not migrate.
  Milliseconds begin_migration(std::size_t domain, std::size_t target);
  // It ends without having moved the domain.
  void drop_migration(std::size_t domain);
  // The domain runs on the target from now on; begins and ends at once what was not begun.
  Move finish_migration(std::size_t domain, std::size_t target);

 private:
  struct Transfer {
    std::size_t domain = 0, from = 0, to = 0;
    WallTime begins{}, ends{};  // ends: at the latest
    double bytes_per_second = 0, bytes = 0, downtime_seconds = 0;
  };
  struct Carried {
    double cores = 0, receive = 0, transmit = 0;
  };
  void want(std::size_t index, const DemandTime& time);
  void share_node(SimulatedNode& node, const Carried& carried);
  std::vector<Carried> carried_since(WallTime since) const;
  std::int64_t available_on(const SimulatedNode& node) const;
  Transfer take_transfer(std::size_t domain);

  const Scenario& scenario_;
  const SimulatedClock& clock_;
  std::uint64_t seed_;
  std::vector<SimulatedNode> nodes_;
  std::vector<SimulatedDomain> domains_;
  std::unordered_map<std::string, std::size_t> node_indexes_, domain_indexes_;
  std::vector<Transfer> under_way_, ended_;  // ended_: since the last step
  std::vector<Move> moves_;
  std::vector<Claim> claims_;
  WallTime last_step_{};
  int dimm_slots_ = 0;
};

}  // namespace hotspot::simulation
