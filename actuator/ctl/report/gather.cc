#include "actuator/ctl/report/gather.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "actuator/record/json_text.h"
#include "telemetry/utf8.h"

namespace hotspot::ctl::report {
namespace {

using Json = nlohmann::json;

// At most kMostText bytes, cut at the end of a character.
std::string cut_text(std::string text) {
  text.resize(telemetry::whole_characters(text, kMostText));
  return text;
}

std::string text_in(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found != json.end() && found->is_string() ? cut_text(found->get<std::string>()) : "";
}

std::optional<double> number_in(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  if (found == json.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// The year 9999: later times are forged, and arithmetic with times up to it does not overflow.
constexpr WallTime kLastTime = from_unix_ms(253'402'300'799'000);

// Unix seconds since 1970.
std::optional<WallTime> time_in(const Json& json, const char* name) {
  const auto seconds = number_in(json, name);
  if (!seconds || *seconds < 0 || *seconds * 1000 > static_cast<double>(to_unix_ms(kLastTime))) return std::nullopt;
  return from_unix_ms(static_cast<std::int64_t>(std::llround(*seconds * 1000)));
}

// A prediction of more than four months is invalid.
std::optional<double> seconds_in(const Json& json, const char* name) {
  const auto seconds = number_in(json, name);
  return seconds && *seconds >= 0 && *seconds <= 1e7 ? seconds : std::nullopt;
}

Json part(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found == json.end() ? Json(nullptr) : *found;
}

// "migrate to h2" for a decision of a hotspotd that did not write the target.
std::string target_of(const Json& action, const std::string& step) {
  const std::string target = text_in(action, "target"), prefix = "migrate to ";
  if (!target.empty() || !step.starts_with(prefix)) return target;
  return step.substr(prefix.size());
}

void take_action(const Json& json, SeenDecision& decision) {
  const Json action = part(json, "action");
  decision.action = text_in(action, "id");
  decision.domain_uuid = text_in(action, "domain_uuid");
  decision.domain = text_in(action, "domain");
  decision.node_uuid = text_in(action, "node_uuid");
  decision.node = text_in(action, "node");
  decision.kind = text_in(action, "kind");
  decision.step = text_in(action, "step");
  const auto from = number_in(action, "from"), to = number_in(action, "to");
  if (from && to) decision.direction = *to > *from ? 1 : *to < *from ? -1 : 0;
  decision.target_uuid = text_in(action, "target_uuid");
  decision.target = target_of(action, decision.step);
  const Json figures = part(json, "figures");
  decision.seconds = seconds_in(figures, "seconds");
  decision.downtime_seconds = seconds_in(figures, "downtime_seconds");
}

constexpr std::size_t kMostEffects = 4;
constexpr Milliseconds kMomentBefore{std::chrono::minutes(1)};

void take_effects(const Json& json, SeenDecision& decision) {
  for (const Json& one : part(json, "effects")) {
    if (decision.effects.size() == kMostEffects) return;
    decision.effects.push_back({.node = text_in(one, "node"),
                                .cpu_before = number_in(one, "cpu_ratio_before"),
                                .cpu_after = number_in(one, "cpu_ratio_after")});
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

void Gatherer::decision(std::string_view text) {
  ++evidence_.reach.decisions;
  const Json json = text.size() <= kMostEntryBytes ? record::parse_json(text) : Json(nullptr);
  const auto at = time_in(json, "at");
  const std::string outcome = text_in(json, "outcome");
  if (!json.is_object() || !at || outcome.empty()) return unreadable();
  earliest_ = std::min(earliest_.value_or(*at), *at);
  if (outcome == "resolved") return resolved(json, *at);
  if (!within(*at)) return;
  if (outcome == "act" || outcome == "recommend" || outcome == "nothing") return decided(json, *at, outcome);
  if (outcome == "changed_by_others") return notice(json, *at, evidence_.changed_by_others);
  if (outcome == "shrink_failed") return notice(json, *at, evidence_.failed_shrinks);
}

void Gatherer::resolved(const Json& json, WallTime at) {
  const auto since = time_in(json, "firing_since");
  SeenFiring firing{.rule = text_in(json, "rule"),
                    .subject_key = text_in(json, "subject_key"),
                    .subject = text_in(json, "subject"),
                    .node_uuid = text_in(json, "node_uuid"),
                    .node = text_in(json, "node"),
                    .domain_uuid = text_in(json, "domain_uuid"),
                    .domain = text_in(json, "domain"),
                    .since = since.value_or(at),
                    .until = at};
  if (!since || *since > at || firing.rule.empty() || firing.subject_key.empty()) return unreadable();
  if (at < evidence_.reach.from || *since > evidence_.reach.until) return;
  firing.goes_on = at > evidence_.reach.until;
  firing.until = std::min(at, evidence_.reach.until);
  if (evidence_.firings.size() == most_) return cut();
  evidence_.firings.push_back(std::move(firing));
}

void Gatherer::decided(const Json& json, WallTime at, const std::string& outcome) {
  if (evidence_.decisions.size() == most_) return cut();
  SeenDecision decision{.id = text_in(json, "id"),
                        .at = at,
                        .rule = text_in(json, "rule"),
                        .subject_key = text_in(json, "subject_key"),
                        .subject = text_in(json, "subject"),
                        .outcome = outcome};
  if (decision.rule.empty()) return unreadable();
  auto& no_ends_until = evidence_.reach.no_ends_until;
  if (decision.subject_key.empty()) no_ends_until = std::max(no_ends_until.value_or(at), at);
  if (outcome == "nothing") {
    const Json considered = part(json, "considered");
    const Json first = considered.is_array() && !considered.empty() ? considered.front() : Json(nullptr);
    decision.refused = text_in(first, "refusal");
    decision.only_tells = decision.refused == "not_applicable" && text_in(first, "remedy").empty();
  } else {
    take_action(json, decision);
    take_effects(json, decision);
    if (decision.domain_uuid.empty() || decision.step.empty()) return unreadable();
  }
  evidence_.decisions.push_back(std::move(decision));
}

void Gatherer::notice(const Json& json, WallTime at, std::vector<SeenNotice>& into) {
  if (into.size() == most_) return cut();
  into.push_back({.at = at, .subject = text_in(json, "subject"), .sentence = text_in(json, "sentence")});
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
