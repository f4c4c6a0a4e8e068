#include "actuator/daemon/loop.h"

#include <algorithm>
#include <set>

#include "actuator/model/text.h"

namespace hotspot::daemon {
namespace {

constexpr Milliseconds kSaveInterval{1000};
// Commands that nobody led to take are not carried out for ever after.
constexpr Milliseconds kCommandLifetime{std::chrono::minutes(10)};
// A message comes at once; without one the loop looks at the clock this often.
constexpr Milliseconds kIdleTick{1000};
// Of the journal, that a new leader reads to know what was ours: more than a quarter of an hour has.
constexpr std::size_t kEntriesOfOurs = 2000;

model::Freshness with_skew(const Config& config) { return config.freshness; }

std::string key_of(const plan::Decision& decision) { return decision.rule + " " + decision.subject_key; }

}  // namespace

Loop::Loop(LoopPorts ports, Config config, std::string holder, std::function<LoadedRules()> load_rules,
           std::function<void()> wake, Log log)
    : memory_(ports.journal, ports.clock, [log](const std::string& what) { log(LogLevel::kWarning, what); }),
      ports_{.hypervisor = ports.hypervisor,
             .journal = memory_,
             .lease = ports.lease,
             .clock = ports.clock,
             .spread = ports.spread},
      config_(std::move(config)),
      holder_(std::move(holder)),
      load_rules_(std::move(load_rules)),
      log_(std::move(log)),
      intake_(with_skew(config_)),
      leadership_(ports.lease, ports.clock, ports.spread, config_.cluster),
      wake_(std::move(wake)),
      mode_(config_.mode),
      steering_(config_) {
  started_at_ = ports_.clock.now();
}

Loop::~Loop() = default;

bool Loop::start() {
  LoadedRules loaded = load_rules_();
  if (!loaded.problem.empty() || !loaded.checked.ok()) {
    log_(LogLevel::kError,
         loaded.problem.empty() ? rules::format(loaded.checked.diagnostics, loaded.files) : loaded.problem);
    return false;
  }
  reload("start");
  return true;
}

void Loop::reload(const std::string& why) {
  LoadedRules loaded = load_rules_();
  rules_status_.last_reload_at = ports_.clock.now();
  if (!loaded.problem.empty() || !loaded.checked.ok()) {
    rules_status_.last_reload_ok = false;
    rules_status_.last_reload_message =
        loaded.problem.empty() ? rules::format(loaded.checked.diagnostics, loaded.files) : loaded.problem;
    log_(LogLevel::kError,
         "rules not reloaded (" + why + "), the set of before keeps running:\n" + rules_status_.last_reload_message);
    return;
  }
  const rules::RuleSet& set = *loaded.checked.rules;
  rules_status_.last_reload_ok = true;
  rules_status_.last_reload_message = rules::format(loaded.checked.diagnostics, loaded.files);
  if (rules_status_.fingerprint == set.fingerprint && why != "start") return;
  rules_status_.fingerprint = set.fingerprint;
  rules_status_.since = rules_status_.last_reload_at;
  rules_status_.files = set.files;
  rules_status_.rules = set.rules.size();
  log_(LogLevel::kInfo, "rules loaded (" + why + "): " + std::to_string(set.rules.size()) + " rules of " +
                            std::to_string(set.files.size()) + " files, set " + set.fingerprint);
  if (!loaded.checked.diagnostics.empty()) log_(LogLevel::kWarning, rules_status_.last_reload_message);
  engine_.load(loaded.checked.rules);
}

void Loop::take(Message message) {
  if (auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message)) {
    take_arrivals(std::move(*arrivals));
  } else if (const auto* bad = std::get_if<ports::BadSnapshot>(&message)) {
    const auto known = intake_.bad().find(telemetry::to_string(bad->error.fault));
    if (known == intake_.bad().end()) {
      log_(LogLevel::kWarning, "a snapshot was skipped (" + bad->stream_id + "): " + bad->error.message +
                                   "; more of its kind are only counted, see hotspotctl status");
    }
    intake_.take(*bad);
  } else if (auto* command = std::get_if<ports::Command>(&message)) {
    commands_.push_back(std::move(*command));
  } else if (const auto* change = std::get_if<ports::SourceChange>(&message)) {
    connected_ = change->connected;
    connection_message_ = change->message;
    log_(change->connected ? LogLevel::kInfo : LogLevel::kWarning, change->message);
  } else if (const auto* reload_rules = std::get_if<ReloadRules>(&message)) {
    reload(reload_rules->why);
  } else if (const auto* event = std::get_if<ports::DomainEvent>(&message)) {
    steering_.saw(*event, intake_.cluster());
  } else if (std::holds_alternative<Stop>(message)) {
    stopping_ = true;
  }
}

// A node may have sent more than one snapshot since the last round. Rules that count samples have to see each.
void Loop::take_arrivals(std::vector<ports::Arrival> arrivals) {
  std::set<std::string> seen;
  for (ports::Arrival& arrival : arrivals) {
    const std::string node = arrival.snapshot.node.uuid;
    const ports::NodeAddress address{node, arrival.snapshot.node.name, arrival.snapshot.node.uri};
    const model::Node* known = intake_.cluster().find_node(node);
    if (known == nullptr || known->snapshot->node.uri != address.uri) ports_.hypervisor.know_node(address);
    if (!seen.insert(node).second && leadership_.leads()) {
      evaluate();
      seen = {node};
    }
    if (intake_.take(std::move(arrival), config_.cluster))
      steering_.saw(*intake_.cluster().find_node(node), intake_.cluster());
  }
}

Milliseconds Loop::tick() {
  ++ticks_;
  watch_clock();
  switch (leadership_.update()) {
    case Leadership::Change::kGained:
      take_lead();
      break;
    case Leadership::Change::kLost:
      lose_lead(leadership_.problem());
      break;
    case Leadership::Change::kNone:
      break;
  }
  Milliseconds wait = std::min(kIdleTick, leadership_.due_in());
  if (!leadership_.leads()) return wait;
  check_write(memory_.mend(leadership_.token()), "what the journal had lost");
  if (!leadership_.leads()) return wait;
  intake_.forget_silent(ports_.clock.now());
  run_commands();
  take_news(steering_.advance(in_flight(), ports_.clock.now(), ports_.clock.steady()));
  evaluate();
  follow_actions();
  if (may_plan()) plan_and_begin();
  save_state(false);
  hand_over_if_uneven();
  if (evaluation_.next_due) {
    wait = std::min(wait, std::max(*evaluation_.next_due - ports_.clock.now(), Milliseconds(1)));
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
  if (first || std::max(moved, -moved) <= config_.freshness.max_clock_skew) return;
  log_(LogLevel::kWarning, "this machine's clock moved by " + model::duration_text(std::max(moved, -moved)) +
                               (moved > Milliseconds(0) ? " forth" : " back") +
                               ": it was set, or the machine slept; snapshots count again once the clocks agree");
}

void Loop::take_lead() {
  log_(LogLevel::kInfo,
       "leads cluster '" + config_.cluster + "' as " + holder_ + ", token " + std::to_string(leadership_.token()));
  check_write(memory_.mend(leadership_.token()), "what the journal had lost");
  const auto state = ports_.journal.load_state();
  const auto open = ports_.journal.open_actions();
  const auto newest = ports_.journal.newest(kEntriesOfOurs);
  if (!state || !open || !newest) {
    const std::string& why = !state ? state.error().message : !open ? open.error().message : newest.error().message;
    log_(LogLevel::kError, "cannot read what was before: " + why + "; gives the lead back");
    leadership_.release();
    return;
  }
  const auto field = [&](const char* name) {
    const auto found = state->find(name);
    return found == state->end() ? std::string() : found->second;
  };
  std::vector<Notice> notices;
  // A store that lost its end knows less than we do of what operators asked for.
  if (last_command_.empty() || !is_later_stream_id(last_command_, field("last_command"))) {
    restore_mode(field("mode"), field("mode_configured"));
    last_command_ = field("last_command");
    notices = steering_.restore_holds(field("holds"), ports_.clock.now());
  }
  for (const auto& [what, restored] :
       {std::pair{"rule state", field("rule_state").empty() ? Result<void>() : engine_.restore(field("rule_state"))},
        std::pair{"cooldowns", field("cooldowns").empty() ? Result<void>() : cooldowns_.restore(field("cooldowns"))},
        std::pair{"learned migrations",
                  field("migrations").empty() ? Result<void>() : migrations_.restore(field("migrations"))}}) {
    if (!restored)
      log_(LogLevel::kWarning, std::string(what) + " of before is not usable: " + restored.error().message);
  }
  saved_.clear();
  last_decisions_.clear();
  for (const ports::JournalEntry& entry : *open) steering_.note(entry);
  steering_.take_lead(field("foreign"), *newest, ports_.clock.now());
  executor_ = std::make_unique<act::Executor>(ports_.hypervisor, ports_.journal, ports_.clock,
                                              act::ExecutorOptions{.verify_limit = config_.verify_limit,
                                                                   .stall_limit = config_.migration_stall,
                                                                   .migration = config_.migration,
                                                                   .shrink = config_.shrink},
                                              wake_);
  if (!open->empty()) {
    log_(LogLevel::kInfo,
         std::to_string(open->size()) + " actions were open in the journal; asking libvirt about them");
    executor_->adopt(*open);
    adopting_until_ = ports_.clock.steady() + config_.call_limit + Milliseconds(2000);
  }
  take_news({notices, {}});
}

// A mode that was set by command outlives a restart, until somebody configures another one.
void Loop::restore_mode(const std::string& mode, const std::string& configured_then) {
  mode_ = config_.mode;
  const auto set = rules::mode_from_string(mode);
  if (!set || *set == config_.mode || configured_then != rules::to_string(config_.mode)) return;
  mode_ = *set;
  log_(LogLevel::kInfo, "mode " + mode + ", as it was set by command; the configuration says " + configured_then);
}

// To a daemon that leads fewer clusters; in a moment in which nothing is under way.
void Loop::hand_over_if_uneven() {
  if (!leadership_.leads() || executor_ == nullptr || !executor_->in_flight().empty()) return;
  const std::string heir = leadership_.heir();
  if (heir.empty()) return;
  log_(LogLevel::kInfo, "hands cluster '" + config_.cluster + "' over: " + heir + " leads fewer");
  save_state(true);
  executor_.reset();
  leadership_.hand_over();
}

void Loop::lose_lead(const std::string& why) {
  log_(LogLevel::kWarning, "does not lead any more" + (why.empty() ? "" : ": " + why));
  executor_.reset();
}

// After a takeover nothing new is planned before libvirt was asked about what was open. A node that does not answer
// costs only itself: after the limit of a call, its actions merely stay in flight.
bool Loop::may_plan() const {
  if (executor_ == nullptr || executor_->fenced()) return false;
  if (adopting_until_ == Milliseconds(0)) return true;
  const auto in_flight = executor_->in_flight();
  return std::all_of(in_flight.begin(), in_flight.end(),
                     [](const plan::InFlight& entry) { return entry.state == model::ActionState::kVerifying; }) ||
         ports_.clock.steady() >= adopting_until_;
}

void Loop::evaluate() {
  evaluation_ = engine_.evaluate(intake_.cluster(), ports_.clock.now(), intake_.freshness());
  for (const rules::Firing& change : evaluation_.transitions) {
    if (change.rule == nullptr) continue;
    std::string subject;
    for (const auto& [name, value] : change.subject.labels) subject += " " + name + "=" + value;
    const LogLevel level = change.phase == rules::Phase::kFiring ? LogLevel::kInfo : LogLevel::kDebug;
    log_(level, "rule " + change.rule->name + subject + ": " + rules::to_string(change.phase) +
                    (change.held.empty() ? "" : ", held " + change.held));
  }
  for (const std::string& problem : evaluation_.problems) {
    if (std::find(known_problems_.begin(), known_problems_.end(), problem) == known_problems_.end()) {
      log_(LogLevel::kWarning, problem);
    }
  }
  known_problems_ = evaluation_.problems;
}

void Loop::plan_and_begin() {
  adopting_until_ = Milliseconds(0);
  std::vector<rules::Firing> firing;
  std::copy_if(evaluation_.firings.begin(), evaluation_.firings.end(), std::back_inserter(firing),
               [](const rules::Firing& one) { return one.phase == rules::Phase::kFiring; });
  std::set<std::string> current;
  if (!firing.empty()) {
    const WallTime now = ports_.clock.now();
    cooldowns_.forget_expired(now, config_.limits);
    for (auto& [node, ended] : node_action_ended_) ended = std::min(ended, now);
    const auto in_flight = executor_->in_flight();
    const std::string id_prefix = std::to_string(to_unix_ms(now)) + "-" + std::to_string(++plans_);
    const plan::PlanInput input{.cluster = intake_.cluster(),
                                .firings = firing,
                                .in_flight = in_flight,
                                .cooldowns = cooldowns_,
                                .node_action_ended = node_action_ended_,
                                .daemon_mode = mode_,
                                .limits = config_.limits,
                                .margins = config_.margins,
                                .freshness = intake_.freshness(),
                                .now = now,
                                .migration = config_.migration,
                                .migrations = &migrations_,
                                .restraints = steering_.restraints(),
                                .id_prefix = id_prefix};
    for (const plan::Decision& decision : plan::plan(input)) {
      current.insert(key_of(decision));
      record(decision);
      if (decision.outcome == plan::Outcome::kAct && decision.action) begin(decision);
      if (executor_ == nullptr) return;
    }
  }
  std::erase_if(last_decisions_, [&](const auto& entry) { return !current.contains(entry.first); });
}

void Loop::record(const plan::Decision& decision) {
  const auto before = last_decisions_.find(key_of(decision));
  const bool repeats = before != last_decisions_.end() && decision.repeats(before->second);
  if (repeats && decision.outcome != plan::Outcome::kAct) return;
  log_(LogLevel::kInfo, "decision " + decision.id + ": " + decision.sentence);
  last_decisions_.insert_or_assign(key_of(decision), decision);
  if (decision.outcome == plan::Outcome::kAct) return;  // recorded once the intent is in the journal: that comes first
  check_write(ports_.journal.record_decision(leadership_.token(), to_json(decision)), "the decision");
}

void Loop::begin(const plan::Decision& decision) {
  if (!leadership_.leads()) return;
  const auto begun = executor_->begin(*decision.action, leadership_.token());
  check_write(begun, "an intent");
  if (!begun || executor_ == nullptr) return;
  steering_.note({.action = *decision.action,
                  .state = model::ActionState::kIntent,
                  .at = ports_.clock.now(),
                  .token = leadership_.token(),
                  .message = "",
                  .figures = {},
                  .stream_id = ""});
  check_write(ports_.journal.record_decision(leadership_.token(), to_json(decision)), "the decision");
}

void Loop::follow_actions() {
  if (executor_ == nullptr) return;
  for (const ports::JournalEntry& entry : executor_->advance(intake_.cluster(), leadership_.token())) {
    const bool bad = entry.state == model::ActionState::kFailed || entry.state == model::ActionState::kAborted;
    log_(entry.state == model::ActionState::kProgress ? LogLevel::kDebug
         : bad                                        ? LogLevel::kWarning
                                                      : LogLevel::kInfo,
         "action " + entry.action.id + " " + model::to_string(entry.state) + ": " + entry.action.domain_name + " on " +
             entry.action.node_name + ", " + model::describe(entry.action.step) +
             (entry.message.empty() ? "" : "; " + entry.message));
    steering_.note(entry);
    if (model::is_final(entry.state)) note_end(entry);
  }
  if (executor_->fenced()) {
    if (leadership_.lose("another hotspotd wrote the journal") == Leadership::Change::kLost) {
      lose_lead(leadership_.problem());
    }
  }
}

void Loop::note_end(const ports::JournalEntry& entry) {
  const WallTime now = ports_.clock.now();
  // What was not even begun is not held against the domain for long.
  const bool skipped = entry.state == model::ActionState::kSkipped;
  const Milliseconds base = skipped ? std::min(entry.action.cooldown, Milliseconds(60'000)) : entry.action.cooldown;
  cooldowns_.note(entry.action.domain_uuid, now, base, config_.limits, plan::rest_after(entry.action, entry.state));
  migrations_.forget_old(now);
  if (entry.state == model::ActionState::kDone) migrations_.note(entry.action, entry.figures, now);
  node_action_ended_[entry.action.node_uuid] = now;
  if (const auto* move = std::get_if<model::MigrateTo>(&entry.action.step)) node_action_ended_[move->target_uuid] = now;
  save_state(true);
}

void Loop::run_commands() {
  while (!commands_.empty()) {
    const ports::Command command = std::move(commands_.front());
    commands_.pop_front();
    if (!is_later_stream_id(command.stream_id, last_command_)) continue;
    last_command_ = command.stream_id;
    Steering::News news;
    const std::string answer = run_command(command, news);
    log_(LogLevel::kInfo, "command " + command.verb + " (" + command.stream_id + "): " + answer);
    std::map<std::string, std::string> changed = steering_.durable();
    changed.insert({{"last_command", last_command_},
                    {"command_result", command_result(command, answer)},
                    {"mode", rules::to_string(mode_)},
                    {"mode_configured", rules::to_string(config_.mode)}});
    check_write(ports_.journal.save_state(leadership_.token(), changed), "the command's result");
    take_news(news);
  }
}

std::vector<plan::InFlight> Loop::in_flight() const {
  return executor_ == nullptr ? std::vector<plan::InFlight>() : executor_->in_flight();
}

void Loop::take_news(const Steering::News& news) {
  for (const Notice& notice : news.notices) {
    log_(LogLevel::kInfo, notice.sentence);
    const std::string id = std::to_string(to_unix_ms(ports_.clock.now())) + "-n" + std::to_string(++notices_);
    check_write(ports_.journal.record_decision(leadership_.token(), to_json(notice, id)), "a notice");
  }
  for (const auto& [action, why] : news.cancel) {
    if (executor_ != nullptr && executor_->cancel(action, why)) log_(LogLevel::kInfo, "cancels " + action + ": " + why);
  }
}

std::string Loop::run_command(const ports::Command& command, Steering::News& news) {
  const auto argument = [&](const char* name) {
    const auto found = command.arguments.find(name);
    return found == command.arguments.end() ? std::string() : found->second;
  };
  const Milliseconds age = ports_.clock.now() - stream_id_time(command.stream_id);
  if (age > kCommandLifetime) return "refused: it is " + model::duration_text(age) + " old";
  const auto flying = in_flight();
  const Steering::Situation situation{intake_.cluster(), engine_.rules().get(), flying, ports_.clock.now()};
  if (auto answer = steering_.run(command, situation, news)) return *answer;
  if (command.verb == "mode") {
    const auto mode = rules::mode_from_string(argument("mode"));
    if (!mode) return "refused: '" + argument("mode") + "' is not a mode";
    const rules::Mode before = std::exchange(mode_, *mode);
    return std::string("mode ") + rules::to_string(before) + " → " + rules::to_string(*mode);
  }
  if (command.verb == "reload") {
    reload("command");
    return rules_status_.last_reload_ok ? "reloaded" : "refused: " + rules_status_.last_reload_message;
  }
  if (command.verb == "cancel") {
    const std::string who = argument("owner").empty() ? "an operator" : argument("owner");
    if (executor_ != nullptr && executor_->cancel(argument("action"), who + " asked for it")) return "cancelling";
    return "refused: no action '" + argument("action") + "' is under way that can be cancelled";
  }
  return "refused: unknown command";
}

void Loop::check_write(const Result<void, ports::WriteError>& written, const std::string& what) {
  // Each kind of thing that cannot be written is told once, and when it can be written again.
  const auto told = unwritten_.find(what);
  if (written) {
    if (told == unwritten_.end()) return;
    unwritten_.erase(told);
    log_(LogLevel::kInfo, what + " can be written again");
    return;
  }
  if (told != unwritten_.end() && told->second == written.error().message) return;
  unwritten_[what] = written.error().message;
  log_(LogLevel::kError, what + " could not be written: " + written.error().message);
  if (written.error().fault != ports::WriteFault::kFenced) return;
  if (leadership_.lose(written.error().message) == Leadership::Change::kLost) lose_lead(leadership_.problem());
}

std::map<std::string, std::string> Loop::durable_state() const {
  std::map<std::string, std::string> state = steering_.durable();
  state.insert({{"rule_state", engine_.save()},
                {"cooldowns", cooldowns_.save()},
                {"migrations", migrations_.save()},
                {"nodes", nodes_to_json(intake_.cluster())},
                {"mode", rules::to_string(mode_)},
                {"mode_configured", rules::to_string(config_.mode)},
                {"last_command", last_command_},
                {"status", to_json(status())}});
  return state;
}

// Only what changed is written, at most once a second, except when an action ended.
void Loop::save_state(bool at_once) {
  if (!leadership_.leads() || (!at_once && ports_.clock.steady() < next_save_)) return;
  next_save_ = ports_.clock.steady() + kSaveInterval;
  if (std::exchange(saved_session_, ports_.journal.session()) != ports_.journal.session()) saved_.clear();
  std::map<std::string, std::string> changed = durable_state();
  std::erase_if(changed, [&](const auto& field) {
    const auto before = saved_.find(field.first);
    return before != saved_.end() && before->second == field.second;
  });
  const auto written = ports_.journal.save_state(leadership_.token(), changed);
  if (written) {
    for (auto& [name, value] : changed) saved_.insert_or_assign(name, value);
  }
  check_write(written, "the state");
}

Status Loop::status() const {
  return {.holder = holder_,
          .token = leadership_.token(),
          .at = ports_.clock.now(),
          .started_at = started_at_,
          .mode = mode_,
          .configured_mode = config_.mode,
          .dry_run = config_.dry_run,
          .rules = rules_status_,
          .intake = &intake_,
          .firings = &evaluation_.firings,
          .in_flight = in_flight(),
          .cooldowns = &cooldowns_.entries(),
          .holds = &steering_.holds().all(),
          .rests = &steering_.rests().entries(),
          .ticks = ticks_,
          .plans = plans_};
}

std::string Loop::status_line() const {
  const auto firing = std::count_if(evaluation_.firings.begin(), evaluation_.firings.end(),
                                    [](const rules::Firing& one) { return one.phase == rules::Phase::kFiring; });
  std::string text = leadership_.leads() ? "leads" : "stands by";
  if (!leadership_.leads() && !leadership_.holder().empty()) text += " behind " + leadership_.holder();
  if (const plan::Hold* pause = steering_.holds().find(plan::kPauseId))
    text += ", PAUSED by " + pause->owner + ": " + pause->reason;
  text += std::string(", mode ") + rules::to_string(mode_) + ", " + std::to_string(intake_.cluster().nodes().size()) +
          " nodes (" + std::to_string(intake_.stale_nodes(ports_.clock.now())) + " stale), " + std::to_string(firing) +
          " firing";
  if (!connected_ && !connection_message_.empty()) text += "; " + connection_message_;
  return text;
}

void Loop::stop() {
  if (leadership_.leads()) save_state(true);
  executor_.reset();
  leadership_.release();
}

}  // namespace hotspot::daemon
