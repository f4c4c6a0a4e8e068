#include "actuator/loop/loop.h"

#include <algorithm>
#include <set>

#include "actuator/loop/domain_events.h"
#include "actuator/loop/window_rules.h"
#include "actuator/model/text.h"
#include "actuator/rules/advice/grow_marks.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// A message comes at once; without one the loop looks at the clock this often.
constexpr Milliseconds kIdleTick{1000};

// What fired under the leader before, and is over once its node's first snapshot was seen, came within this time.
constexpr Milliseconds kTakenOver{std::chrono::minutes(2)};

constexpr std::size_t kAllFirings = static_cast<std::size_t>(-1);

Windows::Say say_in(const Log& log) {
  return [&log](const std::string& sentence, bool is_problem) {
    log(is_problem ? LogLevel::kWarning : LogLevel::kInfo, sentence);
  };
}

// A line each, without the lines of the files.
std::vector<std::string> lines_of(const std::vector<rules::Diagnostic>& diagnostics) {
  std::vector<std::string> lines;
  for (const rules::Diagnostic& one : diagnostics) {
    lines.push_back(rules::format(one, {}));
    lines.back().pop_back();  // its newline
  }
  return lines;
}

std::vector<std::string> problem_lines(const LoadedRules& loaded) {
  if (!loaded.problem.empty()) return {loaded.problem};
  std::vector<rules::Diagnostic> errors;
  std::copy_if(loaded.checked.diagnostics.begin(), loaded.checked.diagnostics.end(), std::back_inserter(errors),
               [](const rules::Diagnostic& one) { return one.severity == rules::Severity::kError; });
  return lines_of(errors);
}

}  // namespace

Loop::Loop(LoopPorts ports, Options options, std::string holder, std::function<LoadedRules()> load_rules,
           std::function<void()> wake, Log log)
    : memory_(
          ports.journal, ports.clock, [log](const std::string& what) { log(LogLevel::kWarning, what); },
          [this] { return leadership_.confirm(); }),
      gate_(options.cluster, options.admission,
            {.hypervisor = ports.hypervisor,
             .registry = ports.registry,
             .registry_copy = ports.registry_copy,
             .clock = ports.clock},
            log),
      ports_{.hypervisor = gate_.hypervisor(),
             .journal = memory_,
             .lease = ports.lease,
             .clock = ports.clock,
             .ask_history = ports.ask_history,
             .spread = ports.spread,
             .streams = ports.streams,
             .meter = ports.meter,
             .events = ports.events,
             .show_metrics = ports.show_metrics},
      options_(std::move(options)),
      holder_(std::move(holder)),
      load_rules_(std::move(load_rules)),
      log_(log),
      story_(std::move(log), ports.clock),
      intake_(options_.freshness, options_.most_nodes),
      leadership_(ports.lease, ports.clock, ports.spread, options_.cluster),
      engine_(rules::EngineOptions{.external_labels = options_.external_labels,
                                   .external_url = options_.external_url,
                                   .most_operations = options_.rule_operations,
                                   .between_rules = [this] { keep_lead(); }}),
      wake_(std::move(wake)),
      mode_(options_.mode),
      steering_(options_),
      memory_care_(options_.memory_care),
      desk_(holder_, {.most_ahead = options_.freshness.max_clock_skew}),
      state_(memory_, ports.clock),
      store_watch_(ports.streams, ports.meter, ports.clock, log_),
      windows_(ports.ask_history, options_.history_limit, ports.clock) {
  started_at_ = ports_.clock.now();
  if (ports_.events != nullptr) publication_.on_news([this](ports::Event event) { mark(std::move(event)); });
}

Loop::~Loop() = default;

bool Loop::start() {
  gate_.start();
  connect_admitted();
  reload("start");
  return has_rules_;
}

void Loop::reload(const std::string& why) {
  LoadedRules loaded = load_rules_();
  rules_status_.last_reload_at = ports_.clock.now();
  if (!loaded.problem.empty() || !loaded.checked.ok()) {
    ++meters_.rule_reloads_refused;
    rules_status_.last_reload_ok = false;
    rules_status_.last_reload_message =
        loaded.problem.empty() ? rules::format(loaded.checked.diagnostics, loaded.files) : loaded.problem;
    story_.rules_refused({why, problem_lines(loaded), has_rules_});
    return;
  }
  const rules::RuleSet& set = *loaded.checked.rules;
  rules_status_.last_reload_ok = true;
  std::vector<rules::Diagnostic> warnings = loaded.checked.diagnostics;
  const auto unknown = unknown_window_rules(options_.window_rules, {&set}, rules::Severity::kWarning);
  warnings.insert(warnings.end(), unknown.begin(), unknown.end());
  rules_status_.last_reload_message = rules::format(warnings, loaded.files);
  if (rules_status_.fingerprint == set.fingerprint && has_rules_) return story_.rules_unchanged(why, set);
  has_rules_ = true;
  rules_status_.fingerprint = set.fingerprint;
  rules_status_.since = rules_status_.last_reload_at;
  ++meters_.rule_sets_loaded;
  rules_status_.files = set.files;
  rules_status_.rules = set.rules.size();
  story_.rules_loaded(why, set, lines_of(warnings));
  engine_.load(loaded.checked.rules);
  note_rules(set);
  grow_marks_ = rules::grow_marks(loaded.checked.rules);
}

void Loop::take(Message message) {
  if (auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message)) {
    take_arrivals(std::move(*arrivals));
  } else if (const auto* bad = std::get_if<ports::BadSnapshot>(&message)) {
    story_.bad_snapshot(telemetry::to_string(bad->error.fault), bad->stream_id, bad->error.message);
    intake_.take(*bad);
  } else if (auto* command = std::get_if<ports::Command>(&message)) {
    desk_.take(std::move(*command));
  } else if (const auto* change = std::get_if<ports::SourceChange>(&message)) {
    connected_ = change->connected;
    connection_message_ = change->message;
    story_.redis("reader", change->connected, change->message);
  } else if (auto* history = std::get_if<HistoryAnswer>(&message)) {
    take_memory_of(*history);
    windows_.take(std::move(*history), say_in(log_));
  } else if (const auto* reload_rules = std::get_if<ReloadRules>(&message)) {
    reload(reload_rules->why);
  } else if (const auto* event = std::get_if<ports::DomainEvent>(&message)) {
    if (!is_of_its_node(*event, intake_.cluster(), in_flight())) return;
    steering_.saw(*event, intake_.cluster());
    memory_care_.saw(*event);
  } else if (const auto* proof = std::get_if<ports::NodeProof>(&message)) {
    gate_.hear(*proof);
  } else if (std::holds_alternative<Stop>(message)) {
    stopping_ = true;
  }
}

Milliseconds Loop::tick() {
  ++ticks_;
  watch_clock();
  take_in_waiting();
  Milliseconds wait = round();
  budget_.begin_round();
  if (!queue_.empty()) wait = std::min(wait, Milliseconds(1));
  story_.nodes(intake_.cluster(), intake_.freshness());
  if (ports_.events != nullptr) story_.events(ports_.events->status());
  story_.say();
  return wait;
}

Milliseconds Loop::round() {
  if (!has_rules_) {
    leadership_.abstain(status_line());
    return kIdleTick;
  }
  follow_lead(std::exchange(meanwhile_, Leadership::Change::kNone));  // what arrived may have taken long
  follow_lead(leadership_.update());
  if (executor_ != nullptr) executor_->act_until(leadership_.valid_until());
  Milliseconds wait = std::min(kIdleTick, leadership_.due_in());
  watch_silence();
  intake_.forget_silent(ports_.clock.now());
  follow_registry();
  if (!leadership_.leads()) {
    // Who takes over has full windows.
    observe();
    follow_leader();
    return wait;
  }
  mend_store();
  if (!leadership_.leads()) return wait;
  check_write(store_watch_.tend(leadership_.token()), "what keeps the streams in order");
  if (!leadership_.leads()) return wait;
  store_watch_.measure(ports_.journal.session());
  run_commands();
  take_news(steering_.advance(in_flight(), ports_.clock.now(), ports_.clock.steady()));
  watch_two_nodes();
  evaluate();
  if (!lead_goes_on()) return wait;
  let_go_of_what_is_over();
  look_after_guests();
  follow_drains();
  follow_actions();
  record_resolved();
  if (may_plan()) plan_and_begin();
  if (!lead_goes_on()) return wait;
  fill_windows(wait);
  save_state(StateKeeper::When::kIfDue);
  hand_over_if_uneven();
  if (evaluated_.next_due) {
    wait = std::min(wait, std::max(*evaluated_.next_due - ports_.clock.now(), Milliseconds(1)));
  }
  return wait;
}

// Nothing is acted upon while snapshots seem old, or of the future; who reads the log should know why.
void Loop::watch_clock() {
  const WallTime now = ports_.clock.now();
  const Milliseconds steady = ports_.clock.steady();
  const Milliseconds moved = (now - clock_seen_.wall) - (steady - clock_seen_.steady);
  const bool first = clock_seen_.wall == WallTime{};
  clock_seen_ = {now, steady};
  if (first || std::max(moved, -moved) <= options_.freshness.max_clock_skew) return;
  story_.clock_moved(moved);
}

void Loop::fill_windows(Milliseconds& wait) {
  if (windows_.advance(engine_, intake_.cluster(), say_in(log_))) wait = Milliseconds(1);
}

void Loop::evaluate() {
  const auto began = ports_.clock.exact();
  const WallTime now = ports_.clock.now();
  observe();
  evaluated_ = engine_.step(intake_.cluster(), now, intake_.freshness());
  meters_.note_evaluation(ports_.clock.exact() - began, evaluated_.transitions);
  // Texts are made for what fires and what changed; there may be thousands that are merely pending.
  firing_ = evaluated_.firing > 0 ? engine_.firings(rules::Phase::kFiring, kAllFirings) : std::vector<rules::Firing>();
  story_.firings(firing_, intake_.cluster());
  publication_.firings(firing_, intake_.cluster(), now);
  if (evaluated_.transitions > 0 && now - leads_since_ < kTakenOver)
    firing_book_.resolved_before(engine_.transitions(FiringBook::kMostDue), now);
  firing_book_.follow(firing_, intake_.cluster(), now);
  story_.problems(evaluated_.problems);
  story_.say();  // that it fires stands before what is decided
}

void Loop::plan_and_begin() {
  adopting_until_ = Milliseconds(0);
  decisions_.begin_round();
  const PlanningTurn::Part turn = turn_.next(firing_, intake_.cluster().nodes().size());
  if (!turn.firings.empty()) {
    const WallTime now = ports_.clock.now();
    cooldowns_.forget_expired(now, options_.limits);
    refusals_.review(intake_.cluster(), now, options_.limits.cooldown_cap);
    steps_.forget_old(now);
    for (auto& [node, ended] : node_action_ended_) ended = std::min(ended, now);
    const auto in_flight = executor_->in_flight();
    const std::string id_prefix = std::to_string(to_unix_ms(now)) + "-" + std::to_string(++plans_);
    plan::Restraints restraints = steering_.restraints();
    restraints.kept = &two_nodes_.kept();
    const plan::PlanInput input{.cluster = intake_.cluster(),
                                .firings = firing_,
                                .in_flight = in_flight,
                                .cooldowns = cooldowns_,
                                .node_action_ended = node_action_ended_,
                                .daemon_mode = mode_,
                                .limits = options_.limits,
                                .margins = options_.margins,
                                .freshness = intake_.freshness(),
                                .now = now,
                                .migration = options_.migration,
                                .migrations = &migrations_,
                                .refusals = &refusals_,
                                .restraints = restraints,
                                .steps = &steps_,
                                .memory = &memory_care_.peaks(),
                                .memory_observed = options_.shrink_observed,
                                .grow_marks = &grow_marks_,
                                .turn = &turn.firings,
                                .id_prefix = id_prefix};
    for (const plan::Decision& decision : plan::plan(input)) {
      keep_lead();
      if (meanwhile_ != Leadership::Change::kNone || !leadership_.leads()) return;
      record(decision);
      if (decision.outcome == plan::Outcome::kAct && decision.action) begin(decision);
      if (executor_ == nullptr) return;
    }
  }
  if (turn.came_round) decisions_.end_turn();
  say_postponed();
}

// Once for as long as it lasts.
void Loop::say_postponed() {
  const bool postponed = decisions_.postponed() > 0;
  if (postponed && !said_postponed_)
    log_(LogLevel::kWarning, std::to_string(firing_.size()) +
                                 " subjects of rules fire at once: they are decided upon some at a time, and of new "
                                 "decisions " +
                                 std::to_string(DecisionBook::kMostRecordedARound) + " a round are recorded");
  said_postponed_ = postponed || (said_postponed_ && firing_.size() > PlanningTurn::kMostARound);
}

void Loop::record(const plan::Decision& decision) {
  if (!decisions_.records(decision)) return;
  story_.decision(decision);
  publication_.decided(decision.outcome);
  if (decision.outcome == plan::Outcome::kAct) return;  // recorded once the intent is in the journal: that comes first
  check_write(ports_.journal.record_decision(leadership_.token(), to_json(decision)), "the decision");
}

// What could not be written is written later.
void Loop::record_resolved() {
  for (const ResolvedFiring& one : firing_book_.due()) {
    if (!leadership_.leads()) return;
    const std::string id = std::to_string(to_unix_ms(ports_.clock.now())) + "-n" + std::to_string(++notices_);
    const auto written = ports_.journal.record_decision(leadership_.token(), to_json(one, id));
    check_write(written, "the end of a firing");
    if (!written) return;
    firing_book_.recorded();
  }
}

void Loop::begin(const plan::Decision& decision) {
  if (!leadership_.leads()) return;
  if (!begin(*decision.action)) return;
  check_write(ports_.journal.record_decision(leadership_.token(), to_json(decision)), "the decision");
}

void Loop::follow_actions() {
  if (executor_ == nullptr) return;
  for (const ports::JournalEntry& entry : executor_->advance(intake_.cluster(), leadership_.token())) {
    story_.action(entry);
    steering_.note(entry);
    memory_care_.note(entry, intake_.cluster());
    publication_.went_on(entry);
    if (model::is_final(entry.state)) note_end(entry);
  }
  if (executor_->fenced()) {
    if (leadership_.lose("another hotspotd wrote the journal") == Leadership::Change::kLost) {
      lose_lead(leadership_.problem());
    }
  }
}

// The domain rests for a moment only, if it cost it nothing, and another target is tried.
void Loop::note_refusal(const ports::JournalEntry& entry) {
  const WallTime now = ports_.clock.now();
  const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
  if (move != nullptr && entry.state == model::ActionState::kDone)
    refusals_.forget(entry.action.domain_uuid, move->target_uuid);
  const auto refused = refusal_in(entry);
  if (!refused) return;
  refusals_.note(*refused, intake_.cluster(), now, entry.action.cooldown, options_.limits.cooldown_cap);
  if (const auto why = refusals_.distrust(move->target_uuid, now))
    log_(LogLevel::kWarning, text::visible(move->target_name) + " comes last as a target: " + *why);
}

void Loop::stop() {
  if (leadership_.leads()) save_state(StateKeeper::When::kNow);
  executor_.reset();
  leadership_.release();
}

}  // namespace hotspot::loop
