#include "actuator/loop/planning.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "actuator/loop/decision_record.h"
#include "actuator/loop/rule_trust.h"
#include "actuator/loop/still_fires.h"
#include "actuator/rules/engine/engine.h"

namespace hotspot::loop {

void Planning::take_lead(const std::vector<ports::JournalEntry>& newest) {
  decision_log_.take_lead();
  books_.take_lead(newest);
  relief_.clear();
  ordered_.clear();
  for (const ports::JournalEntry& entry : newest)
    if (entry.action.rule.empty() && entry.action.undoes.empty()) ordered_.insert(entry.action.id);
  inputs_.take_lead();
}

void Planning::follow_firings() {
  const WallTime now = parts_.clock.now();
  const auto& firing = parts_.rules.firing();
  parts_.publisher.publication().firings(firing, cluster(), now);
  if (parts_.rules.step().transitions > 0 && now - parts_.lead.since() < kTakenOver)
    decision_log_.firings.resolved_before(parts_.rules.engine().transitions(FiringBook::kMostDue), now);
  decision_log_.firings.follow(firing, cluster(), now);
  recommendations_.follow(firing, now, parts_.lead.since() + kTakenOver);
}

// Sampling a guest may take half a minute.
void Planning::let_go_of_what_is_over() {
  for (const plan::InFlight& entry : parts_.actions.in_flight()) {
    const std::string& id = entry.action.id;
    if (entry.state != model::ActionState::kIntent || !books_.may_let_go(id)) continue;
    const auto why = why_over(entry.action, parts_.rules.firing(), cluster());
    if (!why) continue;
    books_.let_go(id);
    parts_.actions.let_go(id, *why);
  }
}

void Planning::look_after_guests() {
  if (!parts_.actions.has_lead()) return;
  const auto in_flight = parts_.actions.in_flight();
  MemoryCare::News news = parts_.safeguards.memory.advance({.firings = parts_.rules.firing(),
                                                            .in_flight = in_flight,
                                                            .cluster = cluster(),
                                                            .mode = parts_.safeguards.orders.mode(),
                                                            .now = parts_.clock.now(),
                                                            .token = parts_.lead.token()});
  for (const auto& [action, why] : news.give_back) parts_.actions.give_back(action, why);
  for (const model::Action& undo : news.undo) {
    if (parts_.actions.may_plan()) begin(undo);
    if (!parts_.actions.has_lead()) return;
  }
  parts_.rules.count_failed_shrinks(parts_.safeguards.memory.failed_shrinks());
  Steering::News told;
  for (FailedShrink& one : news.failed)
    told.notices.push_back({"shrink_failed", std::move(one.subject), std::move(one.sentence), one.at});
  tell(told);
}

void Planning::follow_actions() {
  for (const ports::JournalEntry& entry : parts_.actions.advance(cluster(), parts_.lead.token())) {
    parts_.story.action(entry);
    parts_.safeguards.note(entry, cluster());
    parts_.publisher.publication().went_on(entry);
    if (model::is_final(entry.state)) end(entry);
  }
  if (parts_.actions.fenced()) parts_.lead.lose("another hotspotd wrote the journal");
}

void Planning::end(const ports::JournalEntry& entry) {
  if (const auto said = books_.ended(entry, cluster(), parts_.clock.now())) log_(LogLevel::kWarning, *said);
  relief_.ended(entry, parts_.clock.now());
  parts_.save_state();
}

void Planning::measure_relief() {
  judge(relief_.advance({.cluster = cluster(),
                         .freshness = parts_.intake.freshness(),
                         .rests = parts_.safeguards.steering.rests(),
                         .now = parts_.clock.now()}));
}

void Planning::judge(std::vector<ReliefWatch::Finding> findings) {
  Steering::News news;
  for (ReliefWatch::Finding& one : findings) {
    log_(LogLevel::kDebug, describe(one));
    if (!one.measured) {
      books_.trust.note_not_counted(one.rule, one.why_not);
      continue;
    }
    const std::string why = books_.trust.note(one.rule, *std::move(one.measured), parts_.options.relief.least_gain);
    if (!why.empty()) news.notices.push_back(right_lost(one.rule, why, parts_.clock.now()));
  }
  if (news.notices.empty()) return;
  parts_.save_state();  // before anybody is told
  tell(news);
}

// Where something is about to begin, what was done before is judged first. True: with that the rule has lost its right,
// and recommends from the next round on.
bool Planning::has_just_lost_right(const plan::Decision& decision) {
  if (decision.outcome != plan::Outcome::kAct || !decision.action) return false;
  relief_.begins(*decision.action, parts_.clock.now());
  judge(relief_.take_findings());
  return books_.trust.lost(decision.rule) != nullptr;
}

// What could not be written is written later.
void Planning::record_resolved() {
  for (const ResolvedFiring& one : decision_log_.firings.due()) {
    if (!parts_.lead.leads()) return;
    const std::string id = decision_log_.next_notice_id(parts_.clock.now());
    if (!parts_.lead.record_decision(to_json(one, id), "the end of a firing")) return;
    decision_log_.firings.recorded();
  }
}

void Planning::plan_and_begin() {
  if (!parts_.actions.may_plan()) return;
  parts_.actions.planned();
  for (const auto& [rule, subject_key] : recommendations_.expire(parts_.clock.now()))
    decision_log_.decisions.forget(rule, subject_key);
  const auto& firing = parts_.rules.firing();
  const PlanningTurn::Part turn = decision_log_.next_turn(firing, cluster().nodes().size());
  if ((may_be_followed() || !turn.firings.empty()) && !carry_out(turn)) return;
  if (const auto said = decision_log_.end_turn(turn, firing.size())) log_(LogLevel::kWarning, *said);
}

// What was moved lately may have to be followed, although nothing fires any more.
bool Planning::may_be_followed() const {
  const auto moves = books_.steps.moves_within(parts_.clock.now(), plan::followed_within(parts_.options.limits));
  return std::any_of(moves.begin(), moves.end(), [&](const plan::RecentMove& move) {
    const model::DomainRef domain = cluster().find_domain(move.domain_uuid);
    return domain && domain.domain->policy.group.has_value();
  });
}

// False: the lead is lost, or may be.
bool Planning::carry_out(const PlanningTurn::Part& turn) {
  const WallTime now = parts_.clock.now();
  books_.review(cluster(), now);
  const auto in_flight = parts_.actions.in_flight();
  const std::string id_prefix = decision_log_.next_plan_id(now);
  const plan::PlanInput planned = input(turn, in_flight, id_prefix, now);
  inputs_.begin_round();
  for (const plan::Decision& decision : plan::plan(planned)) {
    if (!parts_.lead.keep()) return false;
    // Before an action changes what it was planned from.
    if (decision.outcome == plan::Outcome::kAct) keep_input(planned, decision.outcome);
    if (has_just_lost_right(decision)) continue;
    record(decision, planned);
    if (decision.outcome == plan::Outcome::kAct && decision.action) begin(decision, planned);
    if (!parts_.actions.has_lead()) return false;
  }
  return true;
}

plan::PlanInput Planning::input(const PlanningTurn::Part& turn, const std::vector<plan::InFlight>& in_flight,
                                const std::string& id_prefix, WallTime now) const {
  const Options& options = parts_.options;
  const Safeguards& safeguards = parts_.safeguards;
  plan::Restraints restraints = safeguards.steering.restraints();
  restraints.kept = &safeguards.two_nodes.kept();
  return {.cluster = cluster(),
          .firings = parts_.rules.firing(),
          .in_flight = in_flight,
          .cooldowns = books_.cooldowns,
          .node_action_ended = books_.node_action_ended(),
          .daemon_mode = safeguards.orders.mode(),
          .limits = options.limits,
          .margins = options.margins,
          .freshness = parts_.intake.freshness(),
          .now = now,
          .migration = options.migration,
          .migrations = &books_.migrations,
          .refusals = &books_.refusals,
          .restraints = restraints,
          .trust = &books_.trust,
          .steps = &books_.steps,
          .memory = &safeguards.memory.peaks(),
          .memory_observed = options.shrink_observed,
          .grow_marks = &parts_.rules.grow_marks(),
          .node_marks = &parts_.rules.node_marks(),
          .rules = parts_.rules.engine().rules().get(),
          .turn = &turn.firings,
          .rejections = &recommendations_.rejections,
          .id_prefix = id_prefix};
}

const InputName& Planning::keep_input(const plan::PlanInput& planned, plan::Outcome outcome) {
  return inputs_.keep({.input = planned,
                       .rules = {.files = parts_.rules.files(), .operations = parts_.options.rule_operations},
                       .outcome = outcome,
                       .token = parts_.lead.token(),
                       .written = [this](const Result<void, ports::WriteError>& written) {
                         parts_.lead.check_write(written, "what a decision was made from");
                       }});
}

void Planning::record(const plan::Decision& decision, const plan::PlanInput& planned) {
  if (waits_for_data(decision)) return;
  if (!decision_log_.decisions.records(decision, parts_.options.limits.standing)) return;
  if (fires(decision)) recommendations_.note(decision, parts_.options.recommendations.expire);
  parts_.story.decision(decision);
  parts_.publisher.publication().decided(decision.outcome);
  if (decision.outcome == plan::Outcome::kAct) return;  // recorded once the intent is in the journal: that comes first
  const bool acts_not = decision.outcome == plan::Outcome::kNothing;
  const InputName input = acts_not ? InputName{} : keep_input(planned, decision.outcome);
  parts_.lead.record_decision(to_json(decision, input), "the decision");
}

bool Planning::begin(const plan::Decision& decision, const plan::PlanInput& planned) {
  if (!parts_.lead.leads() || !begin(*decision.action)) return false;
  if (!parts_.options.dry_run)  // where nothing is touched, nothing is relieved
    relief_.watch(decision, parts_.rules.rules().find(decision.rule), parts_.actions.in_flight(), cluster());
  parts_.lead.record_decision(to_json(decision, keep_input(planned, decision.outcome)), "the decision");
  return true;
}

bool Planning::begin(const model::Action& action) {
  const auto begun = parts_.actions.begin(action, parts_.lead.token());
  parts_.lead.check_write(begun, "an intent");
  if (!begun || !parts_.actions.has_lead()) return false;
  const ports::JournalEntry intent{.action = action,
                                   .state = model::ActionState::kIntent,
                                   .at = parts_.clock.now(),
                                   .token = parts_.lead.token(),
                                   .message = "",
                                   .figures = {},
                                   .stream_id = ""};
  books_.begun(action.id);
  relief_.begins(action, intent.at);
  parts_.safeguards.note(intent, cluster());
  parts_.publisher.publication().begun(intent);
  return true;
}

// What is under way on such a domain is ended, if it can be; a guest that lacks memory gets it all the same.
void Planning::watch_two_nodes() {
  const auto in_flight = parts_.actions.in_flight();
  TwoNodes& two_nodes = parts_.safeguards.two_nodes;
  Steering::News news;
  for (Alarm& alarm : two_nodes.advance({.cluster = cluster(),
                      .freshness = parts_.intake.freshness(),
                      .in_flight = in_flight,
                      .now = parts_.clock.now()}))
    news.notices.push_back({std::move(alarm.kind), std::move(alarm.subject), std::move(alarm.sentence), alarm.at});
  for (const plan::InFlight& entry : in_flight) {
    const auto kept = two_nodes.kept().find(entry.action.domain_uuid);
    if (kept == two_nodes.kept().end() || !entry.action.undoes.empty() || news.notices.empty()) continue;
    if (!std::holds_alternative<model::MigrateTo>(entry.action.step))
      news.cancel.emplace_back(entry.action.id, kept->second.message);
  }
  tell(news);
}

void Planning::tell(const Steering::News& news) {
  for (const Notice& notice : news.notices) {
    const LogLevel level = notice.kind == "on_two_nodes" ? LogLevel::kError
                           : notice.kind == kRightLost   ? LogLevel::kWarning
                                                         : LogLevel::kInfo;
    parts_.story.notice(level, notice.subject, notice.sentence);
    const std::string id = decision_log_.next_notice_id(parts_.clock.now());
    parts_.lead.record_decision(to_json(notice, id), "a notice");
  }
  for (const auto& [action, why] : news.cancel) cancel(action, why);
}

bool Planning::cancel(const std::string& action, const std::string& why) {
  const bool can = parts_.actions.cancel(action, why);
  if (can) log_(LogLevel::kInfo, "cancels " + action + ": " + why);
  return can;
}

}  // namespace hotspot::loop
