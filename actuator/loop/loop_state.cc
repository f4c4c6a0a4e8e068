// The loop: writes the status for others, and the state for its next leader.
#include <algorithm>
#include <optional>
#include <utility>

#include "actuator/loop/admission_status.h"
#include "actuator/loop/book_records.h"
#include "actuator/loop/loop.h"
#include "actuator/loop/metrics.h"
#include "actuator/loop/refusals.h"
#include "actuator/rules/engine/engine.h"

namespace hotspot::loop {
namespace {

// Pending subjects in the status; of more, their number alone.
constexpr std::size_t kListedPending = 1000;

}  // namespace

std::map<std::string, std::string> Loop::durable_state() {
  const Status status = this->status();
  std::vector<MetricFamily> metrics = publisher_.gather(status, rules_.meters());
  std::map<std::string, std::string> fields = steering_.durable();
  fields.merge(desk_.durable());
  fields.insert({{"cooldowns", save(books_.cooldowns)},
                 {"migrations", save(books_.migrations)},
                 {"mode", rules::to_string(mode_)},
                 {"mode_configured", rules::to_string(options_.mode)},
                 {kDrainsField, drains_.save()},
                 {kTargetRefusalsField, save(books_.refusals)},
                 {kTwoNodesField, record::to_json(two_nodes_.told())},
                 {kCountsField, publisher_.publication().durable()},
                 {record::kHeardNodesField, record::to_json(heard_nodes(intake_.cluster()))},
                 {"status", record::to_json(status_record(status))},
                 {"metrics", to_prometheus_text(metrics)}});
  publisher_.show(std::move(metrics));
  fields.insert(gate_.fields().begin(), gate_.fields().end());
  rules::SavedParts rules = rules_.engine().save_parts();
  for (auto& [name, text] : rules.parts) fields[kRuleStatePrefix + name] = std::move(text);
  fields[kRuleClockField] = std::move(rules.clock);
  for (const auto& [name, text] : memory_care_.durable(status.at)) fields[name] = text;
  return fields;
}

// What the store has lost of the journal is written again; if the lease was gone too, so is the state, when it is
// saved.
void Loop::mend_store() {
  if (state_.has_lost(lead_.losses())) lead_.doubt_journal();
  lead_.mend_journal();
}

// At most once a second, except when an action ended.
void Loop::save_state(StateKeeper::When when) {
  if (!lead_.leads() || !state_.begin_save(when)) return;
  state_.follow_session();
  lead_.check_write(state_.save(durable_state(), lead_.token()), "the state");
  if (!lead_.leads()) return;
  lead_.check_write(publisher_.publish(intake_, lead_.token()), "what collectors may know");
  if (state_.knows_losses(lead_.losses())) return;
  // This write found the store emptied. What it wrote is newer than what a standby knows, and has to be whole.
  mend_store();
  if (lead_.leads()) lead_.check_write(state_.save(durable_state(), lead_.token()), "the state");
}

void Loop::watch_silence() {
  store_watch_.saw_nodes(intake_.cluster().nodes().size(), intake_.stale_nodes(ports_.clock.now()));
}

std::vector<plan::InFlight> Loop::in_flight() const {
  return executor_ == nullptr ? std::vector<plan::InFlight>() : executor_->in_flight();
}

Status Loop::status() const {
  return {.holder = vitals_.holder,
          .token = lead_.token(),
          .at = ports_.clock.now(),
          .started_at = vitals_.started_at,
          .leads_since = lead_.since(),
          .mode = mode_,
          .configured_mode = options_.mode,
          .dry_run = options_.dry_run,
          .rules = rules_.status(),
          .intake = &intake_,
          .admission = admission_summary(gate_.admission()),
          .connections = &gate_.connections(),
          .firings = &rules_.firing(),
          .firing_count = rules_.step().firing,
          .aside = rules_.step().aside,
          .pending = rules_.engine().firings(rules::Phase::kPending, kListedPending),
          .pending_count = rules_.step().pending,
          .windows = rules_.windows(),
          .drains = &drains_,
          .store = rules_.engine().store().size(),
          .in_flight = in_flight(),
          .cooldowns = &books_.cooldowns.entries(),
          .holds = &steering_.holds().all(),
          .rests = &steering_.rests().entries(),
          .two_nodes = two_nodes_.told(),
          .refusals = &books_.refusals,
          .ticks = vitals_.rounds,
          .plans = decision_log_.plans(),
          .postponed_decisions = decision_log_.decisions.postponed(),
          .waiting_nodes = gate_.admission().waiting_count(),
          .dropped_arrivals = vitals_.dropped_arrivals,
          .commands = desk_.counts(vitals_.dropped_commands),
          .memory = store_watch_.memory(),
          .events = ports_.events == nullptr ? std::nullopt : std::optional(ports_.events->status()),
          .publication = &publisher_.publication(),
          .remarks = &store_watch_.remarks(),
          .streams = &store_watch_.streams()};
}

std::map<std::string, std::size_t> Loop::remembered() const {
  return {{"nodes", intake_.cluster().nodes().size()},
          {"connections", gate_.connections().all().size()},
          {"changes of others", steering_.watched()},
          {"changes to be judged", steering_.unjudged()},
          {"rests", steering_.rests().entries().size()},
          {"nodes of windows", rules_.nodes_of_windows()},
          {"ends of actions", books_.node_action_ended().size()},
          {"actions begun", books_.under_way()},
          {"decisions", decision_log_.decisions.size()},
          {"firings followed", decision_log_.firings.size()},
          {"cooldowns", books_.cooldowns.entries().size()},
          {"standings", gate_.standings()},
          {"series", rules_.engine().store().size().series},
          {"samples", rules_.engine().store().size().samples}};
}

std::string Loop::status_line() const {
  if (!rules_.has_rules()) {
    const std::string& why = rules_.status().last_reload_message;
    return "stands by until its rules are right: " + why.substr(0, why.find('\n'));
  }
  std::string text = lead_.leads() ? "leads" : "stands by";
  if (!lead_.leads() && !lead_.holder().empty()) text += " behind " + lead_.holder();
  if (const plan::Hold* pause = steering_.holds().find(plan::kPauseId))
    text += ", PAUSED by " + pause->owner + ": " + pause->reason;
  text += std::string(", mode ") + rules::to_string(mode_) + ", " + std::to_string(intake_.cluster().nodes().size()) +
          " nodes (" + std::to_string(intake_.stale_nodes(ports_.clock.now())) + " stale), " +
          std::to_string(rules_.firing().size()) + " firing";
  if (gate_.admission().waiting_count() > 0)
    text += ", " + std::to_string(gate_.admission().waiting_count()) + " wait to be admitted";
  const ports::SourceChange& reader = vitals_.connection;
  if (!reader.connected && !reader.message.empty()) text += "; " + reader.message;
  return text;
}

}  // namespace hotspot::loop
