#include "actuator/loop/saved_state.h"

#include <utility>

#include "actuator/loop/book_records.h"
#include "actuator/loop/metrics.h"
#include "actuator/loop/refusals.h"
#include "actuator/loop/rule_records.h"
#include "actuator/loop/rule_trust.h"
#include "actuator/loop/state_fields.h"
#include "actuator/record/rule_state.h"
#include "actuator/rules/engine/engine.h"
#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

std::string value_of(const StateFields& state, const char* name) {
  const auto found = state.find(name);
  return found == state.end() ? std::string() : found->second;
}

}  // namespace

SavedState::SavedState(Parts parts, Log log)
    : parts_(std::move(parts)), log_(std::move(log)), keeper_(parts_.lead.journal(), parts_.clock) {}

std::vector<Notice> SavedState::take_lead(const Lead::Before& left) {
  const StateFields* known = keeper_.later_than(left.state);
  const StateFields before = known != nullptr ? *known : left.state;
  std::vector<Notice> notices = restore_orders(before, left.answered);
  keeper_.begin_anew();  // what stands there and is not written any more is removed with the first write
  restore_rules(before);
  restore_watches(before);
  restore_books(before);
  restore_trust(before, notices);
  restore_counts(before);
  if (known != nullptr) {
    keep(left.state, kDrainsField);
    keeper_.distrust();
    notices.push_back(state_was_lost());
  }
  be_careful_with_a_cluster_of_before(before);
  parts_.planning.take_lead(left.newest);
  report("rests after changes by others",
         parts_.safeguards.steering.take_lead(value_of(before, "foreign"), left.open, left.newest, parts_.clock.now()));
  parts_.safeguards.memory.restore(left.newest, parts_.intake.cluster());
  return notices;
}

// A field that stands in the store: it is removed once nothing is to stand there.
void SavedState::keep(const StateFields& state, const char* name) {
  const auto found = state.find(name);
  if (found != state.end()) keeper_.found(name, found->second);
}

// A store that lost its end knows less than we do of what operators asked for.
std::vector<Notice> SavedState::restore_orders(const StateFields& state, const std::vector<record::Answer>& answered) {
  if (!parts_.commands.restore(state, answered)) return {};
  Orders& orders = parts_.safeguards.orders;
  if (const auto said = orders.restore_mode(value_of(state, "mode"), value_of(state, "mode_configured")))
    log_(LogLevel::kInfo, *said);
  auto notices = parts_.safeguards.steering.restore_holds(value_of(state, "holds"), parts_.clock.now());
  report("nodes to drain", orders.drains.restore(value_of(state, kDrainsField)));
  parts_.intake.set_draining(orders.drains.uuids());
  return notices;
}

// Of thousands of subjects that takes a while.
void SavedState::restore_rules(const StateFields& state) {
  for (const auto& [name, text] : state)
    if (name.starts_with(record::kRuleStatePrefix)) keeper_.found(name, text);
  keep(state, record::kOldRuleStateField);
  parts_.lead.keep();
  auto saved = saved_rules(state);
  if (!saved) return report("rule state", saved.error());
  if (!saved->empty()) parts_.rules.restore(std::move(saved).value());
}

void SavedState::restore_watches(const StateFields& state) {
  const WallTime now = parts_.clock.now();
  report("what targets refused",
         loop::restore(parts_.planning.books().refusals, value_of(state, kTargetRefusalsField)));
  keep(state, kTargetRefusalsField);
  report("recommendations", parts_.planning.recommendations().restore(value_of(state, record::kRecommendationsField)));
  keep(state, record::kRecommendationsField);
  const auto on_two_nodes = record::on_two_nodes_from_json(value_of(state, kTwoNodesField));
  if (on_two_nodes)
    parts_.safeguards.two_nodes.restore(*on_two_nodes, now);
  else
    log_(LogLevel::kWarning, on_two_nodes.error().message);
  keep(state, kTwoNodesField);
  parts_.lead.keep();
  report("what guests needed", parts_.safeguards.memory.restore(state, now));
  keep(state, kDrainsField);
}

void SavedState::restore_books(const StateFields& state) {
  ActionBooks& books = parts_.planning.books();
  report("cooldowns", loop::restore(books.cooldowns, value_of(state, "cooldowns")));
  parts_.lead.keep();
  report("learned migrations", loop::restore(books.migrations, value_of(state, "migrations")));
  report("positions of nodes", parts_.gate.restore_positions(value_of(state, kPositionsField)));
}

// Rules that had lost their right must not have it again because that cannot be read.
void SavedState::restore_trust(const StateFields& state, std::vector<Notice>& notices) {
  plan::Trust& trust = parts_.planning.books().trust;
  keep(state, kTrustField);
  const auto restored = loop::restore(trust, value_of(state, kTrustField));
  if (restored) return;
  const std::string why = "what was measured of it before cannot be read (" + restored.error().message + ")";
  for (const rules::Rule& rule : parts_.rules.rules().rules) {
    if (rule.remedies.empty()) continue;
    trust.lose(rule.name, parts_.clock.now(), why);
    notices.push_back(right_lost(rule.name, why, parts_.clock.now()));
  }
}

void SavedState::restore_counts(const StateFields& state) {
  Publication& publication = parts_.publisher.publication();
  const auto taken = publication.take_lead(value_of(state, kCountsField), parts_.lead.since());
  if (!taken) log_(LogLevel::kWarning, "actions are counted anew: " + taken.error().message);
  publication.loaded(parts_.rules.rules());
}

void SavedState::report(const std::string& what, const Result<void>& restored) const {
  if (!restored) log_(LogLevel::kWarning, "cannot restore " + what + ": " + restored.error().message);
}

// Before there was a registry every node that sent was one. Nobody has said yet which of them are.
void SavedState::be_careful_with_a_cluster_of_before(const StateFields& state) {
  const bool of_before = state.contains("status") && parts_.gate.admission().registry().nodes.empty();
  Orders& orders = parts_.safeguards.orders;
  if (!of_before || parts_.options.admission.admits_by_itself() || orders.mode() != rules::Mode::kEnforce) return;
  orders.set_mode(rules::Mode::kRecommend);
  log_(LogLevel::kWarning,
       "mode recommend: no node of this cluster is admitted yet. Look at those that send and admit them (hotspotctl "
       "node "
       "list --waiting, hotspotctl node admit --all-seen), then: hotspotctl mode enforce");
}

Notice SavedState::state_was_lost() const {
  return {"state_lost", "cluster " + parts_.options.cluster,
          "Redis has lost holds, rests, modes or rule state that were written to it; what this hotspotd knew " +
              text::duration_text(parts_.clock.steady() - keeper_.known_at()) + " ago is written again",
          parts_.clock.now()};
}

void SavedState::follow() {
  parts_.publisher.show({});
  if (parts_.lead.follow()) keeper_.follow();
}

void SavedState::mend() {
  if (keeper_.has_lost(parts_.lead.losses())) parts_.lead.doubt_journal();
  parts_.lead.mend_journal();
}

void SavedState::save(StateKeeper::When when) {
  if (!parts_.options.saves_state || !parts_.lead.leads() || !keeper_.begin_save(when)) return;
  keeper_.follow_session();
  save_fields();
  if (!parts_.lead.leads()) return;
  parts_.lead.check_write(parts_.publisher.publish(parts_.intake, token()), "what collectors may know");
  if (keeper_.knows_losses(parts_.lead.losses())) return;
  // This write found the store emptied. What it wrote is newer than what a standby knows, and has to be whole.
  mend();
  if (parts_.lead.leads()) save_fields();
}

void SavedState::save_fields() {
  StateFields fields = durable();
  keeper_.fields_are_made();
  parts_.lead.check_write(keeper_.save(std::move(fields), token()), "the state");
}

StateFields SavedState::durable() {
  const Status status = parts_.status();
  std::vector<MetricFamily> metrics = parts_.publisher.gather(status, parts_.rules.meters());
  const ActionBooks& books = parts_.planning.books();
  StateFields fields = parts_.safeguards.steering.durable();
  fields.merge(parts_.commands.durable());
  fields.merge(parts_.safeguards.orders.durable());
  fields.insert({{"cooldowns", loop::save(books.cooldowns)},
                 {"migrations", loop::save(books.migrations)},
                 {kTargetRefusalsField, loop::save(books.refusals)},
                 {kTrustField, loop::save(books.trust)},
                 {record::kRecommendationsField, parts_.planning.recommendations().save()},
                 {kTwoNodesField, record::to_json(parts_.safeguards.two_nodes.told())},
                 {kCountsField, parts_.publisher.publication().durable()},
                 {record::kHeardNodesField, record::to_json(heard_nodes(parts_.intake.cluster()))},
                 {"status", record::to_json(status_record(status))},
                 {"metrics", to_prometheus_text(metrics)}});
  parts_.publisher.show(std::move(metrics));
  fields.insert(parts_.gate.fields().begin(), parts_.gate.fields().end());
  const rules::Engine& engine = parts_.rules.engine();
  fields.merge(rule_fields(engine.save(), engine.node_clocks()));
  for (const auto& [name, text] : parts_.safeguards.memory.durable(status.at)) fields[name] = text;
  return fields;
}

}  // namespace hotspot::loop
