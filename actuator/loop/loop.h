// The loop: take what arrived ▶ evaluate ▶ plan on a copy ▶ guardrails ▶ still leader? ▶ journal ▶ act ▶ verify ▶
// record.
//
// Everything outside comes through ports, so that a test drives whole nights of it in milliseconds. Nothing here waits:
// the runner (run.h) waits on the inbox for as long as tick() says.
// Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/act/executor.h"
#include "actuator/act/make_actions.h"
#include "actuator/loop/action_books.h"
#include "actuator/loop/clock_watch.h"
#include "actuator/loop/command_desk.h"
#include "actuator/loop/decision_log.h"
#include "actuator/loop/drains.h"
#include "actuator/loop/inbox.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/lead.h"
#include "actuator/loop/loaded_rules.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/log_story.h"
#include "actuator/loop/memory_care.h"
#include "actuator/loop/metrics.h"
#include "actuator/loop/node_gate.h"
#include "actuator/loop/options.h"
#include "actuator/loop/publisher.h"
#include "actuator/loop/rule_runner.h"
#include "actuator/loop/snapshot_intake.h"
#include "actuator/loop/state_fields.h"
#include "actuator/loop/state_keeper.h"
#include "actuator/loop/status.h"
#include "actuator/loop/steering.h"
#include "actuator/loop/store_watch.h"
#include "actuator/loop/stream_watch.h"
#include "actuator/loop/two_nodes.h"
#include "actuator/loop/vitals.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/event_writer.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"
#include "actuator/ports/registry.h"
#include "actuator/ports/store_meter.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"

namespace hotspot::loop {

struct LoopPorts {
  ports::Hypervisor& hypervisor;
  // Carries actions out through the hypervisor that it is given; made anew with each lead.
  act::MakeActions make_actions;
  ports::Journal& journal;
  ports::Lease& lease;
  const ports::Clock& clock;
  // Asks for history, which comes back as a message; empty: there is none to be had.
  std::function<void(HistoryRequest)> ask_history = {};
  Spread* spread = nullptr;                      // where this daemon may lead several clusters
  ports::Registry* registry = nullptr;           // null: the registry of nodes is in memory alone
  ports::RegistryCopy* registry_copy = nullptr;  // null: hotspotd has no copy of its own
  ports::StreamCare* streams = nullptr;          // null: nobody looks after them
  ports::StoreMeter* meter = nullptr;            // null: nobody asks how full the store is
  ports::EventWriter* events = nullptr;          // null: what happens is marked nowhere
  // How the leader fares, each second; with none: it does not lead any more. Empty: nobody wants to know.
  std::function<void(std::vector<MetricFamily>)> show_metrics = {};
};

class Loop {
 public:
  // load_rules reads and checks the rule files.
  Loop(LoopPorts ports, Options options, std::string holder, std::function<LoadedRules()> load_rules, Log log);
  ~Loop();

  // Reads the rules for the first time. False: they are wrong, which was told. Then it stands by, and leads only once a
  // reload finds them right.
  bool start();
  const rules::RuleSet& rules() const { return rules_.rules(); }
  void take(Message message);
  // For so many snapshots there is room; what is taken beyond it is taken all the same.
  ArrivalRoom room() const { return arrivals_.room(); }
  // Redis, as the connection sees it that journal and lease have: in the loop's thread.
  void note_redis(bool well, const std::string& message) { story_.redis("writer", well, message); }
  // One round. Returns for how long nothing needs to be done unless something arrives.
  Milliseconds tick();  // what the log has to tell of it is said at its end
  void stop();          // gives the lease back
  // What the inbox had no room for, since the start.
  void dropped(std::size_t arrivals, std::size_t commands) {
    vitals_.dropped_arrivals = arrivals;
    vitals_.dropped_commands = commands;
  }
  bool stopping() const { return vitals_.stopping; }
  // What others wrote into the keys of the store, and what was done about it: for the log and the status.
  void remark(const std::string& sentence) { store_watch_.remark(sentence); }

  std::string status_line() const;  // one line, for systemd
  const Intake& intake() const { return intake_; }
  const NodeConnections& connections() const { return gate_.connections(); }
  const Admission& admission() const { return gate_.admission(); }
  // How much is remembered, by what it is: none of it may grow without end.
  std::map<std::string, std::size_t> remembered() const;

 private:
  Milliseconds round();
  void follow_registry();
  void connect_admitted() { gate_.connect(intake_, in_flight()); }
  bool take_registry();
  void be_careful_with_a_cluster_of_before(const std::map<std::string, std::string>& state);

  SnapshotIntake::Steps intake_steps();
  void observe();
  void take_in(ports::Arrival arrival);
  void reload(const std::string& why);
  void watch_clock();
  void take_lead();
  Lead::Changes lead_changes();
  void follow_leader();
  Notice state_was_lost() const;
  std::vector<Notice> restore(const std::map<std::string, std::string>& state,
                              const std::vector<record::Answer>& answered);
  void restore_mode(const std::string& mode, const std::string& configured_then);
  void lose_lead();
  void hand_over_if_uneven();
  void run_commands();
  bool cancel(const std::string& action, const std::string& why);
  record::Verdict run_command(const record::Command& command, Steering::News& news);
  record::Verdict set_mode(const record::SetMode& asked);
  record::Verdict reload_once();
  record::Verdict cancel_action(const record::CancelAction& asked);
  record::Verdict drain(const record::DrainNode& asked);
  record::Verdict drain_silent(const record::DrainNode& asked, const std::string& why);
  record::Verdict undrain(const std::string& name);
  void write_answers();
  void watch_silence();
  std::vector<plan::InFlight> in_flight() const;
  void follow_drains();
  bool may_plan() const;
  void evaluate();
  void plan_and_begin();
  bool carry_out(const PlanningTurn::Part& turn);
  void begin(const plan::Decision& decision);
  bool begin(const model::Action& action);
  void record(const plan::Decision& decision);
  void record_resolved();
  void follow_actions();
  void look_after_guests();
  void take_memory_of(const HistoryAnswer& history);
  void let_go_of_what_is_over();
  void note_end(const ports::JournalEntry& entry);
  void save_state(StateKeeper::When when);
  void mend_store();
  void take_news(const Steering::News& news);
  void watch_two_nodes();
  std::map<std::string, std::string> durable_state();
  void take_counts(const std::map<std::string, std::string>& state);
  Status status() const;

  Options options_;
  Log log_;
  LogStory story_;
  Lead lead_;
  NodeGate gate_;    // the only one who connects
  LoopPorts ports_;  // its journal is that of lead_, its hypervisor that of gate_
  Vitals vitals_;
  ClockWatch clock_watch_;
  SnapshotIntake arrivals_;
  Intake intake_;
  RuleRunner rules_;
  std::unique_ptr<act::Executor> executor_;

  rules::Mode mode_;
  Drains drains_;
  ActionBooks books_;
  DecisionLog decision_log_;
  Steering steering_;
  TwoNodes two_nodes_;
  MemoryCare memory_care_;
  CommandDesk desk_;
  StateKeeper state_;
  StoreWatch store_watch_;
  Publisher publisher_;
  std::optional<record::Verdict> reload_verdict_;  // of this round's reload, if there was one
  Milliseconds adopting_until_{0};
};

}  // namespace hotspot::loop
