#include "actuator/loop/firing_book.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actuator/loop/log_names.h"
#include "actuator/record/decision.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

std::string named(const rules::Firing& firing, const char* label) {
  const auto found = firing.subject.labels.find(label);
  return found == firing.subject.labels.end() ? "" : found->second;
}

ResolvedFiring record_of(const rules::Firing& firing, const model::Cluster* cluster, WallTime now) {
  const bool on_domain = firing.subject.kind == rules::SubjectKind::kDomain;
  return {.rule = firing.rule->name,
          .subject_key = firing.subject.key(),
          .subject = subject_name(firing, cluster),
          .node_uuid = firing.subject.node_uuid,
          .node = firing.subject.kind == rules::SubjectKind::kCluster ? "" : named(firing, "node"),
          .domain_uuid = on_domain ? firing.subject.domain_uuid : "",
          .domain = on_domain ? named(firing, "domain") : "",
          .since = firing.firing_since.value_or(now),
          .at = {}};
}

std::string book_key(const rules::Firing& firing) { return firing.rule->name + " " + firing.subject.key(); }

}  // namespace

std::string to_json(const ResolvedFiring& resolved, const std::string& id) {
  const std::string sentence = text::visible("rule " + resolved.rule + " is resolved on " + resolved.subject +
                                                 " after " + text::duration_text(resolved.at - resolved.since),
                                             text::kMostLineBytes);
  return record::to_json({.id = id,
                          .at = resolved.at,
                          .rule = resolved.rule,
                          .subject = resolved.subject,
                          .subject_key = resolved.subject_key,
                          .outcome = record::to_string(record::DecisionKind::kResolved),
                          .sentence = sentence,
                          .explanation = sentence + "\n",
                          .about = record::EndedFiring{.node = resolved.node,
                                                       .node_uuid = resolved.node_uuid,
                                                       .domain = resolved.domain,
                                                       .domain_uuid = resolved.domain_uuid,
                                                       .firing_since = resolved.since}});
}

void FiringBook::take_lead() {
  known_.clear();
  due_.clear();
}

void FiringBook::follow(const std::vector<rules::Firing>& firing, const model::Cluster& cluster, WallTime now) {
  for (auto& [key, known] : known_) known.still = false;
  for (const rules::Firing& one : firing) {
    if (one.rule == nullptr) continue;
    std::string key = book_key(one);
    const auto found = known_.find(key);
    const WallTime since = one.firing_since.value_or(now);
    if (found != known_.end() && since <= found->second.firing.since) {
      // A clock that was set back moves the begin with it.
      found->second.firing.since = since;
      found->second.still = true;
      continue;
    }
    if (found != known_.end()) end(std::move(found->second.firing), since);  // over and back within a round
    if (found != known_.end() || known_.size() < kMostRemembered)
      known_.insert_or_assign(std::move(key), Known{.firing = record_of(one, &cluster, now), .still = true});
  }
  for (auto known = known_.begin(); known != known_.end();) {
    if (!known->second.still) end(std::move(known->second.firing), now);
    known = known->second.still ? std::next(known) : known_.erase(known);
  }
}

void FiringBook::resolved_before(const std::vector<rules::Firing>& transitions, WallTime now) {
  for (const rules::Firing& one : transitions) {
    if (one.rule == nullptr || one.phase != rules::Phase::kResolved || !one.firing_since) continue;
    if (!known_.contains(book_key(one))) end(record_of(one, nullptr, now), now);
  }
}

void FiringBook::end(ResolvedFiring firing, WallTime now) {
  firing.at = std::max(now, firing.since);
  due_.push_back(std::move(firing));
  if (due_.size() > kMostDue) due_.pop_front();
}

std::vector<ResolvedFiring> FiringBook::due() const {
  const auto count = static_cast<std::ptrdiff_t>(std::min(due_.size(), kMostARound));
  return {due_.begin(), due_.begin() + count};
}

void FiringBook::recorded() {
  if (!due_.empty()) due_.pop_front();
}

}  // namespace hotspot::loop
