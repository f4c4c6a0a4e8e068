#include "actuator/loop/loop.h"

#include <algorithm>
#include <set>

#include "actuator/loop/decision_record.h"
#include "actuator/loop/domain_events.h"
#include "actuator/rules/engine/engine.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// A message comes at once; without one the loop looks at the clock this often.
constexpr Milliseconds kIdleTick{1000};

// What fired under the leader before, and is over once its node's first snapshot was seen, came within this time.
constexpr Milliseconds kTakenOver{std::chrono::minutes(2)};

}  // namespace

Loop::Loop(LoopPorts ports, Options options, std::string holder, std::function<LoadedRules()> load_rules, Log log)
    : options_(std::move(options)),
      log_(log),
      story_(log, ports.clock),
      lead_(options_.cluster,
            {.journal = ports.journal,
             .lease = ports.lease,
             .clock = ports.clock,
             .spread = ports.spread,
             .story = story_},
            log, lead_changes()),
      gate_(options_.cluster, options_.admission,
            {.hypervisor = ports.hypervisor,
             .registry = ports.registry,
             .registry_copy = ports.registry_copy,
             .clock = ports.clock},
            log),
      ports_{.hypervisor = gate_.hypervisor(),
             .make_actions = std::move(ports.make_actions),
             .journal = lead_.journal(),
             .lease = ports.lease,
             .clock = ports.clock,
             .ask_history = ports.ask_history,
             .spread = ports.spread,
             .streams = ports.streams,
             .meter = ports.meter,
             .events = ports.events,
             .show_metrics = ports.show_metrics},
      vitals_{.holder = std::move(holder), .started_at = ports_.clock.now()},
      clock_watch_(options_.freshness.max_clock_skew),
      arrivals_(ports_.clock, intake_steps()),
      intake_(options_.freshness, options_.most_nodes),
      rules_(options_,
             {.load = std::move(load_rules),
              .ask_history = ports.ask_history,
              .between_rules = [this] { lead_.keep(); },
              .clock = ports.clock,
              .story = story_},
             log_),
      mode_(options_.mode),
      books_(options_.limits),
      steering_(options_),
      memory_care_(options_.memory_care),
      desk_(vitals_.holder, {.most_ahead = options_.freshness.max_clock_skew}),
      state_(lead_.journal(), ports.clock),
      store_watch_(ports.streams, ports.meter, ports.clock, log_),
      publisher_(options_, {.journal = lead_.journal(),
                            .clock = ports.clock,
                            .events = ports.events,
                            .show_metrics = ports.show_metrics}) {}

Loop::~Loop() = default;

bool Loop::start() {
  gate_.start();
  connect_admitted();
  reload("start");
  return rules_.has_rules();
}

void Loop::reload(const std::string& why) {
  if (const rules::RuleSet* set = rules_.reload(why)) publisher_.loaded(*set);
}

void Loop::take(Message message) {
  if (auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message)) {
    arrivals_.take(std::move(*arrivals));
  } else if (const auto* bad = std::get_if<ports::BadSnapshot>(&message)) {
    story_.bad_snapshot(telemetry::to_string(bad->error.fault), bad->stream_id, bad->error.message);
    intake_.take(*bad);
  } else if (auto* command = std::get_if<ports::Command>(&message)) {
    desk_.take(std::move(*command));
  } else if (const auto* change = std::get_if<ports::SourceChange>(&message)) {
    vitals_.connection = *change;
    story_.redis("reader", change->connected, change->message);
  } else if (auto* history = std::get_if<HistoryAnswer>(&message)) {
    take_memory_of(*history);
    rules_.take_history(std::move(*history));
  } else if (const auto* reload_rules = std::get_if<ReloadRules>(&message)) {
    reload(reload_rules->why);
  } else if (const auto* event = std::get_if<ports::DomainEvent>(&message)) {
    if (!is_of_its_node(*event, intake_.cluster(), in_flight())) return;
    steering_.saw(*event, intake_.cluster());
    memory_care_.saw(*event);
  } else if (const auto* proof = std::get_if<ports::NodeProof>(&message)) {
    gate_.hear(*proof);
  } else if (std::holds_alternative<Stop>(message)) {
    vitals_.stopping = true;
  }
}

Milliseconds Loop::tick() {
  ++vitals_.rounds;
  watch_clock();
  arrivals_.process_waiting();
  Milliseconds wait = round();
  arrivals_.begin_round();
  if (arrivals_.is_behind()) wait = std::min(wait, Milliseconds(1));
  story_.nodes(intake_.cluster(), intake_.freshness());
  if (ports_.events != nullptr) story_.events(ports_.events->status());
  story_.say();
  return wait;
}

Milliseconds Loop::round() {
  if (!rules_.has_rules()) {
    lead_.abstain(status_line());
    return kIdleTick;
  }
  lead_.begin_round();
  Milliseconds wait = std::min(kIdleTick, lead_.due_in());
  watch_silence();
  intake_.forget_silent(ports_.clock.now());
  follow_registry();
  if (!lead_.leads()) {
    // Who takes over has full windows.
    observe();
    follow_leader();
    return wait;
  }
  mend_store();
  if (!lead_.leads()) return wait;
  lead_.check_write(store_watch_.tend(lead_.token()), "what keeps the streams in order");
  if (!lead_.leads()) return wait;
  store_watch_.measure(ports_.journal.session());
  run_commands();
  take_news(steering_.advance(in_flight(), ports_.clock.now(), ports_.clock.steady()));
  watch_two_nodes();
  evaluate();
  if (!lead_.goes_on()) return wait;
  let_go_of_what_is_over();
  look_after_guests();
  follow_drains();
  follow_actions();
  record_resolved();
  if (may_plan()) plan_and_begin();
  if (!lead_.goes_on()) return wait;
  if (rules_.fill_windows(intake_.cluster())) wait = Milliseconds(1);
  save_state(StateKeeper::When::kIfDue);
  hand_over_if_uneven();
  if (rules_.step().next_due) {
    wait = std::min(wait, std::max(*rules_.step().next_due - ports_.clock.now(), Milliseconds(1)));
  }
  return wait;
}

// Nothing is acted upon while snapshots seem old, or of the future; who reads the log should know why.
void Loop::watch_clock() {
  if (const auto by = clock_watch_.moved(ports_.clock.now(), ports_.clock.steady())) story_.clock_moved(*by);
}

void Loop::evaluate() {
  const WallTime now = ports_.clock.now();
  rules_.evaluate(intake_);
  arrivals_.rules_have_seen();
  story_.firings(rules_.firing(), intake_.cluster());
  publisher_.publication().firings(rules_.firing(), intake_.cluster(), now);
  if (rules_.step().transitions > 0 && now - lead_.since() < kTakenOver)
    decision_log_.firings.resolved_before(rules_.engine().transitions(FiringBook::kMostDue), now);
  decision_log_.firings.follow(rules_.firing(), intake_.cluster(), now);
  story_.problems(rules_.step().problems);
  story_.say();  // that it fires stands before what is decided
}

void Loop::plan_and_begin() {
  adopting_until_ = Milliseconds(0);
  const PlanningTurn::Part turn = decision_log_.next_turn(rules_.firing(), intake_.cluster().nodes().size());
  if (!turn.firings.empty() && !carry_out(turn)) return;
  if (const auto said = decision_log_.end_turn(turn, rules_.firing().size())) log_(LogLevel::kWarning, *said);
}

// False: the lead is lost, or may be.
bool Loop::carry_out(const PlanningTurn::Part& turn) {
  const WallTime now = ports_.clock.now();
  books_.review(intake_.cluster(), now);
  const auto in_flight = executor_->in_flight();
  const std::string id_prefix = decision_log_.next_plan_id(now);
  plan::Restraints restraints = steering_.restraints();
  restraints.kept = &two_nodes_.kept();
  const plan::PlanInput input{.cluster = intake_.cluster(),
                              .firings = rules_.firing(),
                              .in_flight = in_flight,
                              .cooldowns = books_.cooldowns,
                              .node_action_ended = books_.node_action_ended(),
                              .daemon_mode = mode_,
                              .limits = options_.limits,
                              .margins = options_.margins,
                              .freshness = intake_.freshness(),
                              .now = now,
                              .migration = options_.migration,
                              .migrations = &books_.migrations,
                              .refusals = &books_.refusals,
                              .restraints = restraints,
                              .steps = &books_.steps,
                              .memory = &memory_care_.peaks(),
                              .memory_observed = options_.shrink_observed,
                              .grow_marks = &rules_.grow_marks(),
                              .turn = &turn.firings,
                              .id_prefix = id_prefix};
  for (const plan::Decision& decision : plan::plan(input)) {
    if (!lead_.keep()) return false;
    record(decision);
    if (decision.outcome == plan::Outcome::kAct && decision.action) begin(decision);
    if (executor_ == nullptr) return false;
  }
  return true;
}

void Loop::record(const plan::Decision& decision) {
  if (!decision_log_.decisions.records(decision)) return;
  story_.decision(decision);
  publisher_.publication().decided(decision.outcome);
  if (decision.outcome == plan::Outcome::kAct) return;  // recorded once the intent is in the journal: that comes first
  lead_.check_write(ports_.journal.record_decision(lead_.token(), to_json(decision)), "the decision");
}

// What could not be written is written later.
void Loop::record_resolved() {
  for (const ResolvedFiring& one : decision_log_.firings.due()) {
    if (!lead_.leads()) return;
    const std::string id = decision_log_.next_notice_id(ports_.clock.now());
    const auto written = ports_.journal.record_decision(lead_.token(), to_json(one, id));
    lead_.check_write(written, "the end of a firing");
    if (!written) return;
    decision_log_.firings.recorded();
  }
}

void Loop::begin(const plan::Decision& decision) {
  if (!lead_.leads()) return;
  if (!begin(*decision.action)) return;
  lead_.check_write(ports_.journal.record_decision(lead_.token(), to_json(decision)), "the decision");
}

void Loop::follow_actions() {
  if (executor_ == nullptr) return;
  for (const ports::JournalEntry& entry : executor_->advance(intake_.cluster(), lead_.token())) {
    story_.action(entry);
    steering_.note(entry);
    memory_care_.note(entry, intake_.cluster());
    publisher_.publication().went_on(entry);
    if (model::is_final(entry.state)) note_end(entry);
  }
  if (executor_ == nullptr) return;  // the state could not be saved: another leads by now
  if (executor_->fenced()) lead_.lose("another hotspotd wrote the journal");
}

void Loop::stop() {
  if (lead_.leads()) save_state(StateKeeper::When::kNow);
  executor_.reset();
  lead_.release();
}

}  // namespace hotspot::loop
