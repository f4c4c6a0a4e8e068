// Decides which nodes count and which have a connection, and reports on those that do not count.
//
// Admission judges, the registry's keeper stores, and libvirt is reached only through hypervisor(). Each trouble is
// reported at its beginning and its end, many of one kind together. Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actuator/loop/admission.h"
#include "actuator/loop/admission_options.h"
#include "actuator/loop/admitted_hypervisor.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/node_admin.h"
#include "actuator/loop/node_connections.h"
#include "actuator/loop/pace.h"
#include "actuator/loop/registry_keeper.h"
#include "actuator/loop/troubles.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"
#include "actuator/ports/registry.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"

namespace hotspot::loop {

class NodeGate {
 public:
  struct Ports {
    ports::Hypervisor& hypervisor;
    ports::Registry* registry = nullptr;           // null: the registry of nodes is in memory alone
    ports::RegistryCopy* registry_copy = nullptr;  // null: hotspotd has no copy of its own
    const ports::Clock& clock;
  };
  NodeGate(const std::string& cluster, const AdmissionOptions& options, Ports ports, Log log);

  ports::Hypervisor& hypervisor() { return admitted_; }
  const Admission& admission() const { return admission_; }
  const NodeConnections& connections() const { return connections_; }

  void start() { keeper_.start(clock_.now()); }  // from hotspotd's own copy
  // After the lead was taken. An error: the registry cannot be settled, and nothing may be planned.
  Result<void> take_lead(std::int64_t token) { return keeper_.take_lead(token, clock_.now()); }
  void lose_lead() { keeper_.lose_lead(); }
  // Once a round, in this order: what ends by time ends (conflicts, silence, the overlap of two keys); what others
  // changed of the registry is read; people hear what is new.
  void judge_anew() { admission_.advance(clock_.now()); }
  void follow_registry() { keeper_.follow(clock_.steady(), clock_.now()); }
  void advance();
  // What admission itself has changed of the registry is written, by who leads.
  Result<void, ports::WriteError> save(std::int64_t token) { return keeper_.save(token); }
  // Connections follow the registry; `intake` forgets nodes that are not in it any more. A node that is doubted is
  // asked anew unless an action in flight uses its connection.
  void connect(Intake& intake, const std::vector<plan::InFlight>& in_flight);

  // Does it count? Why not is said here.
  bool admits(ports::Arrival& arrival);
  // What nodes sent before libvirt had said who they are.
  std::vector<ports::Arrival> take_early() { return admission_.take_early(clock_.now()); }
  void hear(ports::NodeProof proof);
  // URIs of nodes of open actions, see AdmittedHypervisor.
  void allow_journal(const std::vector<ports::JournalEntry>& open);
  Result<void> restore_positions(std::string_view saved) { return admission_.restore_positions(saved); }
  // Empty: it is no command about the registry.
  std::optional<record::Verdict> run(const record::Command& command, std::int64_t token);

  // Fields of `state`, as they were made last.
  const std::map<std::string, std::string>& fields() const { return fields_; }
  std::size_t standings() const { return said_.standings.size(); }

 private:
  void say_waiting(WallTime now);
  void say_standings(WallTime now);

  AdmissionOptions options_;
  const ports::Clock& clock_;
  Log log_;
  AdmittedHypervisor admitted_;
  Admission admission_;
  RegistryKeeper keeper_;
  NodeAdmin admin_;
  NodeConnections connections_;
  Troubles troubles_{std::chrono::minutes(2)};
  // What was said, so that it is said once.
  struct {
    std::map<std::string, Standing> standings;  // of entries that do not count, by id
    std::size_t waiting = 0;
    WallTime waiting_at{};
  } said_;
  WallTime started_at_{};
  std::uint64_t connected_changes_ = 0;
  Pace rounds_{Milliseconds(1000)};
  Pace positions_{Milliseconds(10'000)};  // of thousands of nodes that is a write of some size
  std::map<std::string, std::string> fields_;
};

}  // namespace hotspot::loop
