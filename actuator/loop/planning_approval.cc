// What operators do with recommendations: they have them carried out, or refuse them.
#include <algorithm>
#include <utility>

#include "actuator/loop/operator_name.h"
#include "actuator/loop/planning.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using record::refused;
using record::skipped;
using record::Verdict;

std::string what(const record::Recommendation& one) {
  return "'" + model::describe(one.action.step) + "' for " + text::visible(one.action.domain_name);
}

// What the operator says that he saw; a file may be old, of another cluster, or forged.
bool is_what_was_seen(const record::Recommendation& one, const record::ApplyPlan& asked) {
  return (asked.domain_uuid.empty() || asked.domain_uuid == one.action.domain_uuid) &&
         (asked.step.empty() || asked.step == model::describe(one.action.step));
}

// one: a recommendation or a decision.
const rules::Firing* firing_of(const std::vector<rules::Firing>& all, const auto& one) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const rules::Firing& firing) {
    return firing.rule != nullptr && firing.rule->name == one.rule && firing.subject.key() == one.subject_key;
  });
  return found == all.end() ? nullptr : &*found;
}

// The domain may have moved, or be gone.
std::string not_where_it_was(const record::Recommendation& one, const model::Cluster& cluster) {
  const std::string name = text::visible(one.action.domain_name);
  const model::DomainRef domain = cluster.find_domain(one.action.domain_uuid);
  if (!domain) return name + " is in no snapshot now: it was stopped, or it is between two nodes";
  if (domain.node->uuid() == one.action.node_uuid) return "";
  return name + " is on " + domain.node->name() + " now, and it was on " + one.action.node_name;
}

}  // namespace

// What stands between the operator's word and planning anew; empty: nothing.
std::optional<Verdict> Planning::cannot_apply(const record::ApplyPlan& asked, const record::Recommendation* one) const {
  const WallTime now = parts_.clock.now();
  if (one == nullptr) return skipped(recommendations_.what_became_of(asked.decision, now));
  if (!is_what_was_seen(*one, asked))
    return refused("recommendation " + one->decision + " is " + what(*one) + ", and not what you name: '" +
                   text::visible(asked.step) + "' for " + text::visible(asked.domain_uuid) +
                   "; hotspotctl plan show has those that stand");
  if (now >= one->expires) return skipped("it has expired; if it still holds there is a new one: hotspotctl plan show");
  if (!parts_.actions.may_plan())
    return refused("libvirt is still being asked what became of earlier actions; give it again in some seconds");
  if (firing_of(parts_.rules.firing(), *one) == nullptr)
    return skipped(one->rule + " no longer fires on " + one->subject);
  if (std::string moved = not_where_it_was(*one, cluster()); !moved.empty()) return skipped(std::move(moved));
  return std::nullopt;
}

// The decision about the recommendation, made anew with all that guards an action; empty: nothing is decided about it
// now.
std::optional<plan::Decision> Planning::plan_approved(const plan::PlanInput& planned,
                                                      const record::Recommendation& one) const {
  for (plan::Decision& decision : plan::plan(planned)) {
    if (decision.rule != one.rule || decision.subject_key != one.subject_key) continue;
    const bool acts = decision.action && !decision.action->approved_by.empty();
    if (acts || decision.outcome == plan::Outcome::kNothing) return std::move(decision);
  }
  return std::nullopt;
}

Verdict Planning::apply(const record::ApplyPlan& asked, const std::function<bool()>& save) {
  const record::Recommendation* found = recommendations_.find(asked.decision);
  if (auto verdict = cannot_apply(asked, found)) return *std::move(verdict);
  const record::Recommendation one = *found;
  const plan::Approval approval{one.rule, one.subject_key, one.action, operator_name(asked.owner)};
  const WallTime now = parts_.clock.now();
  books_.review(cluster(), now);
  const auto in_flight = parts_.actions.in_flight();
  const PlanningTurn::Part only{{firing_of(parts_.rules.firing(), one)}, false};
  const std::string id_prefix = decision_log_.next_plan_id(now);
  plan::PlanInput planned = input(only, in_flight, id_prefix, now);
  planned.approved = &approval;
  const auto decision = plan_approved(planned, one);
  if (!decision)
    return skipped("an action of " + one.rule + " is under way, or the figures are still of the time before one; " +
                   "give it again later");
  if (!decision->action) return skipped(decision->sentence);
  if (!parts_.lead.keep()) return refused("another hotspotd leads by now, or may: give it again");
  // That it was applied is written before the intent: whoever takes over in between must not begin it a second time.
  const std::string& action = decision->action->id;
  inputs_.begin_round();
  keep_input(planned, decision->outcome);  // before anything of it changes
  Recommendations before = recommendations_;
  recommendations_.end(one.decision, "applied", approval.by + " had it carried out, as action " + action, decision->at);
  if (!save()) {
    recommendations_ = std::move(before);
    return refused("that it is applied could not be written, and nothing is begun; give it again");
  }
  decision_log_.decisions.forget(one.rule, one.subject_key);
  record(*decision, planned);
  if (!begin(*decision, planned)) return refused("the intent could not be written, and nothing is begun");
  Verdict verdict = record::done("begun: " + model::describe(decision->action->step) + " for " +
                                 text::visible(decision->action->domain_name) + ", action " + action);
  if (parts_.options.dry_run) verdict.details.emplace_back("this is a dry run: nothing is touched");
  return verdict;
}

Verdict Planning::refuse(const record::RefusePlan& asked, std::vector<Notice>& notices) {
  const WallTime now = parts_.clock.now();
  const record::Recommendation* found = recommendations_.find(asked.decision);
  if (found == nullptr) return skipped(recommendations_.what_became_of(asked.decision, now));
  const record::Recommendation one = *found;
  const Milliseconds length = asked.length.value_or(parts_.options.recommendations.refused);
  recommendations_.rejections.add({.decision = one.decision,
                                   .rule = one.rule,
                                   .domain_uuid = one.action.domain_uuid,
                                   .domain_name = one.action.domain_name,
                                   .step = one.action.step,
                                   .by = operator_name(asked.owner),
                                   .reason = asked.reason,
                                   .at = now,
                                   .until = now + length});
  const std::string why = asked.reason.empty() ? "" : " (" + text::visible(asked.reason) + ")";
  recommendations_.end(one.decision, "refused", operator_name(asked.owner) + " refused it" + why, now);
  decision_log_.decisions.forget(one.rule, one.subject_key);  // what it decides instead is news
  const std::string until = one.rule + " does not recommend it again for " + text::duration_text(length);
  notices.push_back({kRecommendationRefused, one.subject,
                     operator_name(asked.owner) + " refused " + what(one) + why + ": " + until, now});
  return record::done("refused: " + what(one) + "; " + until);
}

// After a takeover: what the leader before recommended stands. Is the decision only that data are still to come?
bool Planning::waits_for_data(const plan::Decision& decision) {
  const Recommendations::Key key{decision.rule, decision.subject_key};
  const auto before = recommendations_.inherited(key);
  if (!before) return false;
  const auto unseen = [](const plan::Considered& one) {
    return one.refusal.kind == model::RefusalKind::kStale || one.refusal.kind == model::RefusalKind::kNotRunning;
  };
  const bool stale = decision.outcome == plan::Outcome::kNothing && decision.considered.size() == 1 &&
                     unseen(decision.considered.front());
  if (stale && parts_.clock.now() < parts_.lead.since() + kTakenOver) return true;
  decision_log_.decisions.remind(*before);
  recommendations_.settle(key);
  return false;
}

bool Planning::fires(const plan::Decision& decision) const {
  return firing_of(parts_.rules.firing(), decision) != nullptr;
}

}  // namespace hotspot::loop
