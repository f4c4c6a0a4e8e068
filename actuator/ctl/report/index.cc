// Indexes the evidence for lookups.
#include <algorithm>

#include "actuator/ctl/report/judge.h"

namespace hotspot::ctl::report {
namespace {

// A decision and the end of its firing may have slightly different timestamps.
constexpr Milliseconds kMomentApart{2000};

// "domain web1 on h1" → "web1"; a UUID or labels after the name are left out.
std::string domain_in(const std::string& subject) {
  const std::string prefix = "domain ";
  if (!subject.starts_with(prefix)) return "";
  const std::string rest = subject.substr(prefix.size(), subject.rfind(" on ") - prefix.size());
  const std::size_t uuid = rest.ends_with(")") ? rest.rfind(" (") : std::string::npos;
  return rest.substr(0, uuid);
}

// Times are sorted.
bool any_within(const std::map<std::string, std::vector<WallTime>>& times, const std::string& name, WallTime from,
                WallTime to) {
  const auto found = times.find(name);
  if (found == times.end()) return false;
  const auto first = std::lower_bound(found->second.begin(), found->second.end(), from);
  return first != found->second.end() && *first <= to;
}

}  // namespace

Index::Index(const Evidence& evidence) {
  for (const SeenFiring& one : evidence.firings) firings_[{one.rule, one.subject_key}].push_back(&one);
  WallTime newest = evidence.reach.from;
  for (const SeenDecision& one : evidence.decisions) {
    decisions_.emplace(one.id, &one);
    if (!one.only_tells) remedial_.insert(one.rule);
    if (one.outcome == "recommend") proposals_[one.domain_uuid].push_back(&one);
    newest = std::max(newest, one.at);
  }
  for (const SeenAction& one : evidence.actions) {
    actions_[one.action.domain_uuid].push_back(&one);
    if (!one.action.undoes.empty()) undoing_.emplace(one.action.undoes, &one);
    newest = std::max(newest, one.at);
  }
  for (const SeenNotice& one : evidence.changed_by_others) changed_[domain_in(one.subject)].push_back(one.at);
  for (const SeenNotice& one : evidence.failed_shrinks) failed_shrinks_[domain_in(one.subject)].push_back(one.at);
  known_until_ = std::min(evidence.reach.led_until.value_or(newest), evidence.reach.until);
  index_nodes(evidence);
}

void Index::index_nodes(const Evidence& evidence) {
  for (const SeenFiring& one : evidence.firings) {
    if (!one.subject_key.starts_with("node:") || !remedial_.contains(one.rule)) continue;
    auto& spans = on_nodes_[one.node_uuid];
    if (!spans.empty() && one.since <= spans.back().until)
      spans.back().until = std::max(spans.back().until, one.until);
    else
      spans.push_back({&one, one.until});
  }
}

const SeenFiring* Index::firing_at(const std::string& rule, const std::string& subject_key, WallTime at) const {
  const auto found = firings_.find({rule, subject_key});
  if (found == firings_.end()) return nullptr;
  const auto& all = found->second;
  const auto after = std::upper_bound(all.begin(), all.end(), at + kMomentApart,
                                      [](WallTime time, const SeenFiring* one) { return time < one->since; });
  if (after == all.begin()) return nullptr;
  const SeenFiring* newest = *std::prev(after);
  return at <= newest->until + kMomentApart ? newest : nullptr;
}

const SeenFiring* Index::firing_of(const SeenDecision& decision) const {
  return firing_at(decision.rule, decision.subject_key, decision.at);
}

const SeenDecision* Index::decision(const std::string& id) const {
  const auto found = decisions_.find(id);
  return found == decisions_.end() ? nullptr : found->second;
}

const SeenFiring* Index::firing_of(const SeenAction& action) const {
  if (const SeenDecision* known = decision(action.action.decision_id)) return firing_of(*known);
  // If the decision no longer exists, the domain itself or its node was the subject.
  const std::string& rule = action.action.rule;
  const WallTime at = action.action.planned_at;
  const SeenFiring* of_domain = firing_at(rule, "domain:" + action.action.domain_uuid, at);
  return of_domain != nullptr ? of_domain : firing_at(rule, "node:" + action.action.node_uuid, at);
}

const SeenFiring* Index::hot_node(const std::string& node_uuid, WallTime from, WallTime to) const {
  const auto found = on_nodes_.find(node_uuid);
  if (node_uuid.empty() || found == on_nodes_.end()) return nullptr;
  const auto span = std::lower_bound(found->second.begin(), found->second.end(), from,
                                     [](const HotSpan& one, WallTime time) { return one.until < time; });
  return span != found->second.end() && span->first->since <= to ? span->first : nullptr;
}

const SeenAction* Index::undone_by(const std::string& action) const {
  const auto found = undoing_.find(action);
  return found == undoing_.end() ? nullptr : found->second;
}

const std::vector<const SeenAction*>& Index::actions_on(const std::string& domain_uuid) const {
  const auto found = actions_.find(domain_uuid);
  return found == actions_.end() ? no_actions_ : found->second;
}

const std::vector<const SeenDecision*>& Index::recommended_for(const std::string& domain_uuid) const {
  const auto found = proposals_.find(domain_uuid);
  return found == proposals_.end() ? no_proposals_ : found->second;
}

bool Index::changed_by_others(const std::string& domain, WallTime from, WallTime to) const {
  return any_within(changed_, domain, from, to);
}

bool Index::shrink_failed(const std::string& domain, WallTime from, WallTime to) const {
  return any_within(failed_shrinks_, domain, from, to);
}

}  // namespace hotspot::ctl::report
