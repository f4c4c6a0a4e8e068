// Handles subjects that the expression no longer returns.
#include "actuator/rules/engine/rule_pass.h"

namespace hotspot::rules {

void RulePass::apply_absent() {
  for (SubjectState& state : state_.all()) {
    if (state.round == context_.number) continue;
    std::uint32_t node = kNoId;
    if (!has_failed(state, node)) {
      suspend(state);
      continue;
    }
    SubjectEvaluation evaluation = evaluate_subject(state, node, Seen::kBefore);
    evaluation.off = is_off(state.subject);
    if (node != kNoId) state.node = node;
    record_change(state, state.apply(evaluation, rule_));
  }
}

// Not among the values: does the condition fail, or was nothing measured? `node` is where the subject is now.
bool RulePass::has_failed(const SubjectState& state, std::uint32_t& node) {
  if (context_.cluster == nullptr) return true;
  const KnownSubject& subject = context_.subjects.at(state.subject);
  if (subject.kind == SubjectKind::kCluster) {
    return round_.newest && (state.measured & ~measured(subject, kNoId)) == 0;
  }
  node = subject.kind == SubjectKind::kNode ? context_.nodes.find(subject.uuid) : state.node;
  if (subject.kind == SubjectKind::kDomain) {
    const model::DomainRef found = context_.cluster->find_domain(subject.uuid);
    if (found) node = context_.nodes.find(found.node->uuid());
    if (!found || !model::is_running(*found.domain)) return has_ended(state, node);
  }
  if (node == kNoId || !context_.nodes.at(node).in_cluster || context_.nodes.at(node).stale) return false;
  return (state.measured & ~measured(subject, node)) == 0;
}

// No node says that the domain runs. During a migration that is so for a moment; later it means that it was shut off.
bool RulePass::has_ended(const SubjectState& state, std::uint32_t node) const {
  if (node == kNoId || !context_.nodes.at(node).in_cluster || context_.nodes.at(node).stale) return false;
  return context_.now - state.last_sample > context_.nodes.at(node).max_age;
}

// The condition neither holds nor fails.
void RulePass::suspend(SubjectState& state) {
  state.in_view = false;
  grow_old(state);
}

// A firing subject keeps firing, marked as not fresh once its last sample is too old to act upon.
void RulePass::grow_old(SubjectState& state) {
  if (context_.cluster == nullptr) return;
  const bool known = state.node != kNoId && context_.nodes.at(state.node).in_cluster;
  const Milliseconds limit = known ? context_.nodes.at(state.node).max_age : round_.max_gap;
  if (context_.now - state.last_sample > limit || (known && context_.nodes.at(state.node).stale)) state.fresh = false;
  if (context_.now - state.last_evaluation <= kForgetAfter) return;
  record_change(state, state.phase == Phase::kFiring ? Change::kResolved : Change::kGone);
}

}  // namespace hotspot::rules
