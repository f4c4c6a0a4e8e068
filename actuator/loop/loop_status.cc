// The loop: composes its status for Redis and systemd, and what it remembers, for tests.
#include <optional>
#include <utility>

#include "actuator/loop/admission_status.h"
#include "actuator/loop/loop.h"
#include "actuator/rules/engine/engine.h"

namespace hotspot::loop {
namespace {

// Pending subjects in the status; of more, their number alone.
constexpr std::size_t kListedPending = 1000;

}  // namespace

Status Loop::status() const {
  return {.holder = vitals_.holder,
          .token = lead_.token(),
          .at = clock_.now(),
          .started_at = vitals_.started_at,
          .leads_since = lead_.since(),
          .mode = safeguards_.orders.mode(),
          .configured_mode = safeguards_.orders.configured_mode(),
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
          .drains = &safeguards_.orders.drains,
          .store = rules_.engine().store().size(),
          .in_flight = actions_.in_flight(),
          .cooldowns = &planning_.books().cooldowns.entries(),
          .holds = &safeguards_.steering.holds().all(),
          .rests = &safeguards_.steering.rests().entries(),
          .two_nodes = safeguards_.two_nodes.told(),
          .refusals = &planning_.books().refusals,
          .recommendations = planning_.recommendations().summary(),
          .trust = &planning_.books().trust,
          .ticks = vitals_.rounds,
          .round_cpu = &vitals_.round_cpu,
          .plans = planning_.decision_log().plans(),
          .postponed_decisions = planning_.decision_log().decisions.postponed(),
          .waiting_nodes = gate_.admission().waiting_count(),
          .dropped_arrivals = vitals_.dropped_arrivals,
          .commands = commands_.counts(vitals_.dropped_commands),
          .memory = store_watch_.memory(),
          .events = publisher_.events(),
          .publication = &publisher_.publication(),
          .remarks = &store_watch_.remarks(),
          .streams = &store_watch_.streams()};
}

std::map<std::string, std::size_t> Loop::remembered() const {
  return {{"nodes", intake_.cluster().nodes().size()},
          {"connections", gate_.connections().all().size()},
          {"changes of others", safeguards_.steering.watched()},
          {"changes to be judged", safeguards_.steering.unjudged()},
          {"rests", safeguards_.steering.rests().entries().size()},
          {"nodes of windows", rules_.nodes_of_windows()},
          {"ends of actions", planning_.books().node_action_ended().size()},
          {"actions begun", planning_.books().under_way()},
          {"actions measured", planning_.measured()},
          {"rules measured", planning_.books().trust.all().size()},
          {"decisions", planning_.decision_log().decisions.size()},
          {"firings followed", planning_.decision_log().firings.size()},
          {"cooldowns", planning_.books().cooldowns.entries().size()},
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
  if (const plan::Hold* pause = safeguards_.steering.holds().find(plan::kPauseId))
    text += ", PAUSED by " + pause->owner + ": " + pause->reason;
  text += std::string(", mode ") + rules::to_string(safeguards_.orders.mode()) + ", " +
          std::to_string(intake_.cluster().nodes().size()) + " nodes (" +
          std::to_string(intake_.stale_nodes(clock_.now())) + " stale), " + std::to_string(rules_.firing().size()) +
          " firing";
  if (gate_.admission().waiting_count() > 0)
    text += ", " + std::to_string(gate_.admission().waiting_count()) + " wait to be admitted";
  const ports::SourceChange& reader = vitals_.connection;
  if (!reader.connected && !reader.message.empty()) text += "; " + reader.message;
  return text;
}

}  // namespace hotspot::loop
