#include "actuator/ctl/report/gather.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "telemetry/utf8.h"

namespace hotspot::ctl::report {
namespace {

// At most kMostText bytes, cut at the end of a character.
std::string cut_text(std::string text) {
  text.resize(telemetry::whole_characters(text, kMostText));
  return text;
}

// The year 9999: later times are forged, and arithmetic with times up to it does not overflow.
constexpr WallTime kLastTime = from_unix_ms(253'402'300'799'000);

// A prediction of more than four months is invalid.
std::optional<double> possible(std::optional<double> seconds) {
  return seconds && *seconds >= 0 && *seconds <= 1e7 ? seconds : std::nullopt;
}

// "migrate to h2" for a decision of a hotspotd that did not write the target.
std::string target_of(const record::DecidedAction& decided) {
  const std::string target = decided.target.value_or(""), prefix = "migrate to ";
  if (!target.empty() || !decided.action.step.starts_with(prefix)) return target;
  return decided.action.step.substr(prefix.size());
}

void take_action(const record::Conclusion& conclusion, SeenDecision& decision) {
  if (conclusion.action) {
    const record::ActionSummary& action = conclusion.action->action;
    decision.action = cut_text(action.id);
    decision.domain_uuid = cut_text(action.domain_uuid);
    decision.domain = cut_text(action.domain);
    decision.node_uuid = cut_text(action.node_uuid);
    decision.node = cut_text(action.node);
    decision.kind = cut_text(action.kind);
    decision.step = cut_text(action.step);
    const auto from = conclusion.action->from, to = conclusion.action->to;
    if (from && to) decision.direction = *to > *from ? 1 : *to < *from ? -1 : 0;
    decision.target_uuid = cut_text(conclusion.action->target_uuid.value_or(""));
    decision.target = cut_text(target_of(*conclusion.action));
  }
  if (conclusion.figures) {
    decision.seconds = possible(conclusion.figures->predicted_total_seconds);
    decision.downtime_seconds = possible(conclusion.figures->predicted_downtime_seconds);
  }
}

constexpr std::size_t kMostEffects = 4;
constexpr Milliseconds kMomentBefore{std::chrono::minutes(1)};

void take_effects(const record::Conclusion& conclusion, SeenDecision& decision) {
  for (const record::Effect& one : conclusion.effects) {
    if (decision.effects.size() == kMostEffects) return;
    decision.effects.push_back(
        {.node = cut_text(one.node), .cpu_before = one.cpu_ratio_before, .cpu_after = one.cpu_ratio_after});
  }
}

constexpr std::array kKeptFigures{"predicted_total_ms", "total_ms", "predicted_downtime_ms", "downtime_ms"};

std::map<std::string, double> kept_figures(const std::map<std::string, double>& all) {
  std::map<std::string, double> kept;
  for (const char* name : kKeptFigures) {
    const auto found = all.find(name);
    if (found != all.end() && std::isfinite(found->second)) kept.insert(*found);
  }
  return kept;
}

// Without what a report does not need, and with texts cut to the limit.
model::Action kept_action(model::Action action) {
  action.node_uri.clear();
  action.reason.clear();
  action.expected.clear();
  for (std::string* text : {&action.id, &action.domain_uuid, &action.domain_name, &action.node_uuid, &action.node_name,
                            &action.rule, &action.decision_id, &action.undoes})
    *text = cut_text(std::move(*text));
  if (auto* move = std::get_if<model::MigrateTo>(&action.step)) move->target_uri.clear();
  model::for_each_field(action.step, [](const char*, auto& value, model::FieldUse) {
    using Value = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, std::string>) value = cut_text(std::move(value));
    if constexpr (std::is_same_v<Value, std::vector<std::string>>) value.clear();
  });
  return action;
}

std::string uuid_of_key(const std::string& key, std::string_view kind) {
  if (!key.starts_with(kind)) return "";
  return key.substr(kind.size(), key.find(',') - kind.size());
}

}  // namespace

Gatherer::Gatherer(WallTime from, WallTime until, std::size_t most) : most_(most) {
  evidence_.reach.from = from;
  evidence_.reach.until = until;
}

void Gatherer::decision(std::string_view json) {
  ++evidence_.reach.decisions;
  const auto made = record::decision_from_json(json);
  if (!made || made->at == WallTime{} || made->outcome.empty()) return unreadable();
  earliest_ = std::min(earliest_.value_or(made->at), made->at);
  if (made->ended() != nullptr) return resolved(*made);
  if (!within(made->at)) return;
  if (made->conclusion() != nullptr) return decided(*made);
  if (made->kind() == record::DecisionKind::kChangedByOthers) return notice(*made, evidence_.changed_by_others);
  if (made->kind() == record::DecisionKind::kShrinkFailed) return notice(*made, evidence_.failed_shrinks);
}

void Gatherer::resolved(const record::Decision& ended) {
  const auto since = ended.ended()->firing_since;
  SeenFiring firing{.rule = cut_text(ended.rule),
                    .subject_key = cut_text(ended.subject_key.value_or("")),
                    .subject = cut_text(ended.subject),
                    .node_uuid = cut_text(ended.ended()->node_uuid),
                    .node = cut_text(ended.ended()->node),
                    .domain_uuid = cut_text(ended.ended()->domain_uuid),
                    .domain = cut_text(ended.ended()->domain),
                    .since = since.value_or(ended.at),
                    .until = ended.at};
  if (!since || *since > ended.at || firing.rule.empty() || firing.subject_key.empty()) return unreadable();
  if (ended.at < evidence_.reach.from || *since > evidence_.reach.until) return;
  firing.goes_on = ended.at > evidence_.reach.until;
  firing.until = std::min(ended.at, evidence_.reach.until);
  if (evidence_.firings.size() == most_) return cut();
  evidence_.firings.push_back(std::move(firing));
}

void Gatherer::decided(const record::Decision& made) {
  if (evidence_.decisions.size() == most_) return cut();
  SeenDecision decision{.id = cut_text(made.id),
                        .at = made.at,
                        .rule = cut_text(made.rule),
                        .subject_key = cut_text(made.subject_key.value_or("")),
                        .subject = cut_text(made.subject),
                        .outcome = made.outcome};
  if (decision.rule.empty()) return unreadable();
  auto& no_ends_until = evidence_.reach.no_ends_until;
  if (decision.subject_key.empty()) no_ends_until = std::max(no_ends_until.value_or(made.at), made.at);
  const record::Conclusion& conclusion = *made.conclusion();
  if (made.kind() == record::DecisionKind::kNothing) {
    const record::Considered first =
        conclusion.considered.empty() ? record::Considered{} : conclusion.considered.front();
    decision.refused = cut_text(first.refusal);
    decision.only_tells = decision.refused == "not_applicable" && first.remedy.empty();
  } else {
    take_action(conclusion, decision);
    take_effects(conclusion, decision);
    if (decision.domain_uuid.empty() || decision.step.empty()) return unreadable();
  }
  evidence_.decisions.push_back(std::move(decision));
}

void Gatherer::notice(const record::Decision& told, std::vector<SeenNotice>& into) {
  if (into.size() == most_) return cut();
  into.push_back({.at = told.at, .subject = cut_text(told.subject), .sentence = cut_text(told.sentence)});
}

void Gatherer::entry(const ports::JournalEntry& entry) {
  ++evidence_.reach.entries;
  if (!within(entry.action.planned_at)) return;
  if (entry.at > kLastTime) return unreadable();
  const auto [place, is_new] = places_.try_emplace(entry.action.id, evidence_.actions.size());
  if (is_new && evidence_.actions.size() == most_) {
    places_.erase(place);
    return cut();
  }
  if (is_new) evidence_.actions.push_back({.action = kept_action(entry.action)});
  SeenAction& known = evidence_.actions[place->second];
  if (entry.state == model::ActionState::kVerifying)
    known.took_effect = std::min(known.took_effect.value_or(entry.at), entry.at);
  // A final state is always the newest entry of an action, whatever the clocks of two leaders say.
  const bool ends = model::is_final(entry.state), ended = model::is_final(known.state);
  if (!is_new && (ended > ends || (ends == ended && entry.at <= known.at))) return;
  known.state = entry.state;
  known.at = entry.at;
  known.message = cut_text(entry.message);
  known.figures = kept_figures(entry.figures);
}

void Gatherer::status(const record::Status& status) {
  if (status.at == WallTime{}) return;
  evidence_.reach.led_until = status.at;
  const WallTime seen = std::min(status.at, evidence_.reach.until);
  for (const record::Status::Firing& one : status.firings) {
    const std::string key = cut_text(one.subject_key);
    if (one.phase != "firing" || !one.firing_since || *one.firing_since > seen || key.empty()) continue;
    if (evidence_.firings.size() == most_) return cut();
    const std::string domain = cut_text(one.label("domain")), node = cut_text(one.label("node"));
    const bool on_domain = key.starts_with("domain:"), on_node = key.starts_with("node:");
    evidence_.firings.push_back({.rule = cut_text(one.rule),
                                 .subject_key = key,
                                 .subject = on_domain ? "domain " + domain + " on " + node
                                            : on_node ? "node " + node
                                                      : "the cluster",
                                 .node_uuid = uuid_of_key(key, "node:"),
                                 .node = node,
                                 .domain_uuid = uuid_of_key(key, "domain:"),
                                 .domain = on_domain ? domain : "",
                                 .since = *one.firing_since,
                                 .until = seen,
                                 .goes_on = true});
  }
}

// A firing in the status that had ended when the decisions were read is counted once.
void Gatherer::drop_those_over() {
  std::set<std::tuple<std::string, std::string, WallTime>> over;
  for (const SeenFiring& one : evidence_.firings)
    if (!one.goes_on) over.emplace(one.rule, one.subject_key, one.since);
  std::erase_if(evidence_.firings, [&](const SeenFiring& one) {
    return one.goes_on && over.contains({one.rule, one.subject_key, one.since});
  });
}

Evidence Gatherer::take() {
  drop_those_over();
  // A decision is made slightly before it reaches Redis; the oldest one must not be left out.
  auto& oldest = evidence_.reach.oldest;
  if (oldest && earliest_) oldest = std::max(std::min(*oldest, *earliest_), *oldest - kMomentBefore);
  const auto by_time = [](const auto& a, const auto& b) { return a.at < b.at; };
  std::stable_sort(evidence_.decisions.begin(), evidence_.decisions.end(), by_time);
  std::stable_sort(evidence_.changed_by_others.begin(), evidence_.changed_by_others.end(), by_time);
  std::stable_sort(evidence_.failed_shrinks.begin(), evidence_.failed_shrinks.end(), by_time);
  std::stable_sort(evidence_.firings.begin(), evidence_.firings.end(),
                   [](const SeenFiring& a, const SeenFiring& b) { return a.since < b.since; });
  std::stable_sort(evidence_.actions.begin(), evidence_.actions.end(),
                   [](const SeenAction& a, const SeenAction& b) { return a.action.planned_at < b.action.planned_at; });
  return std::move(evidence_);
}

}  // namespace hotspot::ctl::report
