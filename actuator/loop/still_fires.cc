#include "actuator/loop/still_fires.h"

namespace hotspot::loop {
namespace {

bool is_subject(const rules::Subject& subject, const model::Action& action) {
  switch (subject.kind) {
    case rules::SubjectKind::kDomain:
      return subject.domain_uuid == action.domain_uuid;
    case rules::SubjectKind::kNode:
      return subject.node_uuid == action.node_uuid;
    case rules::SubjectKind::kCluster:
      return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> why_over(const model::Action& action, const std::vector<rules::Firing>& firings,
                                    const model::Cluster& cluster) {
  if (!action.undoes.empty() || action.rule.empty()) return std::nullopt;
  const model::Node* node = cluster.find_node(action.node_uuid);
  if (node != nullptr && node->drain_requested && std::holds_alternative<model::MigrateTo>(action.step))
    return std::nullopt;
  bool stale = false;
  for (const rules::Firing& firing : firings) {
    if (firing.rule == nullptr || firing.rule->name != action.rule || !is_subject(firing.subject, action)) continue;
    if (firing.fresh) return std::nullopt;
    stale = true;
  }
  if (stale) return action.rule + " cannot be judged any more, its data are stale: nothing was begun";
  return action.rule + " does not fire any more: what it asked for is over, nothing was begun";
}

}  // namespace hotspot::loop
