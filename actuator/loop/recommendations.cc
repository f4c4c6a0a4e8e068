#include "actuator/loop/recommendations.h"

#include <algorithm>

#include "actuator/loop/decision_record.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// Of a sentence that is kept for those who ask later.
constexpr std::size_t kMostWhy = 1000;

record::Recommendation recommendation_of(const plan::Decision& decision, Milliseconds expire) {
  const record::Decision full = decision_record(decision);
  record::Recommendation one;
  one.decision = full.id;
  one.rule = full.rule;
  one.subject = full.subject;
  one.subject_key = decision.subject_key;
  one.sentence = full.sentence;
  one.mode = full.conclusion()->mode;
  one.action = *decision.action;
  one.action.reason.clear();  // it is the sentence
  one.figures = full.conclusion()->figures;
  one.effects = full.conclusion()->effects;
  if (decision.balance) {
    one.score_before = decision.balance->score_before;
    one.score_after = decision.balance->score_after;
    one.seconds = decision.balance->seconds;
  }
  one.since = decision.at;
  one.expires = decision.at + expire;
  return one;
}

std::string why_ended(const plan::Decision& next) {
  if (next.outcome == plan::Outcome::kRecommend) return "another took its place: " + next.id;
  if (next.outcome == plan::Outcome::kAct) return "the rule acted: " + next.id;
  return "it no longer holds: " + text::visible(next.sentence, kMostWhy);
}

}  // namespace

const record::Recommendation* Recommendations::find(const std::string& decision) const {
  const auto found = std::find_if(all_.standing.begin(), all_.standing.end(),
                                  [&](const record::Recommendation& one) { return one.decision == decision; });
  return found == all_.standing.end() ? nullptr : &*found;
}

const record::Recommendation* Recommendations::find(const Key& key) const {
  const auto found = std::find_if(all_.standing.begin(), all_.standing.end(),
                                  [&](const record::Recommendation& one) { return key_of(one) == key; });
  return found == all_.standing.end() ? nullptr : &*found;
}

void Recommendations::note(const plan::Decision& decision, Milliseconds expire) {
  const bool recommends = decision.outcome == plan::Outcome::kRecommend && decision.action.has_value();
  if (const record::Recommendation* before = find(Key{decision.rule, decision.subject_key}))
    end(before->decision, recommends ? "replaced" : "over", why_ended(decision), decision.at);
  if (recommends && all_.standing.size() < record::kMostStanding)
    all_.standing.push_back(recommendation_of(decision, expire));
}

void Recommendations::follow(const std::vector<rules::Firing>& firing, WallTime now, WallTime patience) {
  if (all_.standing.empty()) return;
  std::set<Key> fires;
  for (const rules::Firing& one : firing)
    if (one.rule != nullptr) fires.emplace(one.rule->name, one.subject.key());
  std::vector<std::string> over;
  for (const record::Recommendation& one : all_.standing)
    if (!fires.contains(key_of(one)) && (now >= patience || !inherited_.contains(key_of(one))))
      over.push_back(one.decision);
  for (const std::string& decision : over) {
    const record::Recommendation* one = find(decision);
    end(decision, "over", one->rule + " no longer fires on " + one->subject, now);
  }
}

std::vector<Recommendations::Key> Recommendations::expire(WallTime now) {
  rejections.forget_expired(now);
  std::vector<std::pair<Key, std::string>> expired;
  for (const record::Recommendation& one : all_.standing)
    if (now >= one.expires) expired.emplace_back(key_of(one), one.decision);
  std::vector<Key> keys;
  for (const auto& [key, decision] : expired) {
    end(decision, "expired", "it expired; if it still holds there is a new one: hotspotctl plan show", now);
    keys.push_back(key);
  }
  return keys;
}

std::string Recommendations::what_became_of(const std::string& decision, WallTime now) const {
  const auto found = std::find_if(all_.ended.rbegin(), all_.ended.rend(),
                                  [&](const record::EndedRecommendation& one) { return one.decision == decision; });
  if (found == all_.ended.rend())
    return "no recommendation '" + text::visible(decision) + "' stands, and none of that id ended lately";
  return found->why + " (" + text::duration_text(std::max(Milliseconds(0), now - found->at)) + " ago)";
}

void Recommendations::end(const std::string& decision, const std::string& how, const std::string& why, WallTime now) {
  const record::Recommendation* one = find(decision);
  if (one == nullptr) return;
  inherited_.erase(key_of(*one));
  all_.ended.push_back({decision, how, why, now});
  if (all_.ended.size() > record::kMostEnded) all_.ended.erase(all_.ended.begin());
  std::erase_if(all_.standing, [&](const record::Recommendation& other) { return other.decision == decision; });
}

std::optional<plan::Decision> Recommendations::inherited(const Key& key) const {
  const record::Recommendation* one = inherited_.contains(key) ? find(key) : nullptr;
  const auto mode = one == nullptr ? std::nullopt : rules::mode_from_string(one->mode);
  if (!mode) return std::nullopt;
  plan::Decision decision;
  decision.id = one->decision;
  decision.at = one->since;
  decision.rule = one->rule;
  decision.subject = one->subject;
  decision.subject_key = one->subject_key;
  decision.outcome = plan::Outcome::kRecommend;
  decision.mode = *mode;
  decision.action = one->action;
  if (!one->score_before || !one->score_after) return decision;
  decision.balance.emplace();
  decision.balance->score_before = *one->score_before;
  decision.balance->score_after = *one->score_after;
  decision.balance->seconds = one->seconds.value_or(0);
  return decision;
}

record::Status::Recommendations Recommendations::summary() const {
  record::Status::Recommendations summary{.standing = all_.standing.size(), .refused = rejections.all().size()};
  for (const record::Recommendation& one : all_.standing)
    summary.next_expires = std::min(summary.next_expires.value_or(one.expires), one.expires);
  return summary;
}

std::vector<record::RefusedRecommendation> recorded(const plan::Rejections& rejections) {
  std::vector<record::RefusedRecommendation> refused;
  for (const plan::Rejection& one : rejections.all())
    refused.push_back({.decision = one.decision,
                       .rule = one.rule,
                       .domain = one.domain_name,
                       .domain_uuid = one.domain_uuid,
                       .step = one.step,
                       .by = one.by,
                       .reason = one.reason,
                       .at = one.at,
                       .until = one.until});
  return refused;
}

std::vector<plan::Rejection> rejections_of(std::vector<record::RefusedRecommendation> refused) {
  std::vector<plan::Rejection> rejections;
  for (record::RefusedRecommendation& one : refused)
    rejections.push_back({.decision = one.decision,
                          .rule = one.rule,
                          .domain_uuid = one.domain_uuid,
                          .domain_name = one.domain,
                          .step = std::move(one.step),
                          .by = one.by,
                          .reason = one.reason,
                          .at = one.at,
                          .until = one.until});
  return rejections;
}

std::string Recommendations::save() const {
  record::Recommendations all = all_;
  all.refused = recorded(rejections);
  return record::to_json(all);
}

Result<void> Recommendations::restore(const std::string& text) {
  *this = {};
  auto all = record::recommendations_from_json(text);
  if (!all) return all.error();
  rejections.restore(rejections_of(std::exchange(all->refused, {})));
  all_ = *std::move(all);
  for (const record::Recommendation& one : all_.standing) inherited_.insert(key_of(one));
  return {};
}

}  // namespace hotspot::loop
