// The loop: take what arrived ▶ evaluate ▶ plan on a copy ▶ guardrails ▶ still leader? ▶ journal ▶ act ▶ verify ▶
// record.
//
// Everything outside comes through ports, so that a test drives whole nights of it in milliseconds. Nothing here waits:
// the runner (run.h) waits on the inbox for as long as tick() says.
// Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "actuator/act/make_actions.h"
#include "actuator/loop/inbox.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/lead.h"
#include "actuator/loop/loaded_rules.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/log_story.h"
#include "actuator/loop/metrics.h"
#include "actuator/loop/node_gate.h"
#include "actuator/loop/operator_commands.h"
#include "actuator/loop/options.h"
#include "actuator/loop/own_actions.h"
#include "actuator/loop/planning.h"
#include "actuator/loop/publisher.h"
#include "actuator/loop/rule_runner.h"
#include "actuator/loop/safeguards.h"
#include "actuator/loop/saved_state.h"
#include "actuator/loop/snapshot_intake.h"
#include "actuator/loop/status.h"
#include "actuator/loop/store_watch.h"
#include "actuator/loop/vitals.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/event_writer.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/input_store.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"
#include "actuator/ports/registry.h"
#include "actuator/ports/store_meter.h"
#include "actuator/ports/stream_care.h"

namespace hotspot::loop {

struct LoopPorts {
  ports::Hypervisor& hypervisor;
  // Carries actions out through the hypervisor that it is given; made anew with each lead.
  act::MakeActions make_actions;
  ports::Journal& journal;
  ports::Lease& lease;
  const ports::Clock& clock;
  std::function<LoadedRules()> load_rules;  // reads and checks the rule files
  // Asks for history, which comes back as a message. Empty: none is configured.
  std::function<void(HistoryRequest)> ask_history = {};
  Spread* spread = nullptr;                      // where this daemon may lead several clusters
  ports::Registry* registry = nullptr;           // null: the registry of nodes is in memory alone
  ports::RegistryCopy* registry_copy = nullptr;  // null: hotspotd has no copy of its own
  ports::StreamCare* streams = nullptr;          // null: they are not mended
  ports::StoreMeter* meter = nullptr;            // null: how full the store is, is not queried
  ports::EventWriter* events = nullptr;          // null: events are written nowhere
  ports::InputStore* inputs = nullptr;           // null: what decisions were made from is not stored
  // Called each second with the leader's metrics, and once with none when it no longer leads. Empty: they are not
  // shown.
  std::function<void(std::vector<MetricFamily>)> show_metrics = {};
};

class Loop {
 public:
  // holder: the name of this daemon, as the lease has it.
  Loop(LoopPorts ports, Options options, std::string holder, Log log);
  ~Loop();

  // Reads the rules for the first time. False: they are wrong, which was reported; it stands by, and leads only once a
  // reload finds them right.
  bool start();
  const rules::RuleSet& rules() const { return rules_.rules(); }
  void take(Message message);
  // Snapshots for which there is room. More are accepted all the same.
  ArrivalRoom room() const { return arrivals_.room(); }
  // The state of the connection to Redis that journal and lease use. Called in the loop's thread.
  void note_redis(const ports::SourceChange& change) { story_.redis("writer", change); }
  // One round. Returns for how long nothing needs to be done unless something arrives.
  Milliseconds tick();
  // What the thread computed for a round and for what was taken in before it; counted for the metrics.
  void spent(std::chrono::nanoseconds cpu) { vitals_.round_cpu.add(std::chrono::duration<double>(cpu).count()); }
  // Have snapshots arrived that the newest round did not come to?
  bool is_behind() const { return arrivals_.is_behind(); }
  // Between two snapshots of a node; the median of all nodes, a second without any.
  Milliseconds usual_interval() const { return intake_.usual_interval(); }
  void stop();  // gives the lease back
  // What the inbox had no room for, since the start.
  void dropped(std::size_t arrivals, std::size_t commands) {
    vitals_.dropped_arrivals = arrivals;
    vitals_.dropped_commands = commands;
  }
  bool stopping() const { return vitals_.stopping; }
  // What others wrote into the keys of the store, and what was done about it: goes to the log and the status.
  void remark(const std::string& sentence) { store_watch_.remark(sentence); }

  std::string status_line() const;  // one line, for systemd
  const Intake& intake() const { return intake_; }
  const NodeConnections& connections() const { return gate_.connections(); }
  const Admission& admission() const { return gate_.admission(); }
  // How much is remembered, by what it is: none of it may grow without end.
  std::map<std::string, std::size_t> remembered() const;

 private:
  Lead::Changes lead_changes();
  SnapshotIntake::Steps intake_steps();
  Milliseconds round();
  bool act_as_leader();
  void follow_registry();
  void connect_admitted() { gate_.connect(intake_, actions_.in_flight()); }
  void process(ports::Arrival arrival);
  void hear(const ports::DomainEvent& event);
  void take_history(HistoryAnswer history);
  void reload(const std::string& why);
  void observe();
  void evaluate();
  void take_lead();
  void lose_lead();
  void hand_over_if_uneven();
  Status status() const;

  Options options_;
  const ports::Clock& clock_;
  LogStory story_;
  Vitals vitals_;
  Lead lead_;
  NodeGate gate_;  // the only one who connects
  Intake intake_;
  SnapshotIntake arrivals_;
  RuleRunner rules_;
  OwnActions actions_;
  Safeguards safeguards_;
  StoreWatch store_watch_;
  Publisher publisher_;
  Planning planning_;
  OperatorCommands commands_;
  SavedState saved_;
};

}  // namespace hotspot::loop
