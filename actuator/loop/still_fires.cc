#include "actuator/loop/still_fires.h"

#include <algorithm>

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

// It follows the domains that it must be with, which were moved; the hotspot may be over by then.
bool joins_its_group(const model::Action& action, const model::Cluster& cluster) {
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  const model::DomainRef domain = cluster.find_domain(action.domain_uuid);
  const model::Node* target = move == nullptr ? nullptr : cluster.find_node(move->target_uuid);
  if (!domain || target == nullptr) return false;
  const auto has = [&](const model::Node& node, const std::string& group, const std::string& besides) {
    const auto& all = node.snapshot->domains;
    return std::any_of(all.begin(), all.end(), [&](const telemetry::DomainSample& other) {
      return other.uuid != action.domain_uuid && other.uuid != besides && other.policy.group == group &&
             model::is_running(other);
    });
  };
  const auto& groups = domain.domain->policy.affinity;
  if (std::any_of(groups.begin(), groups.end(),
                  [&](const std::string& group) { return !has(*domain.node, group, "") && has(*target, group, ""); }))
    return true;
  // Others of its group may still be where it is: then it is one there that lacks the group.
  const auto& group = domain.domain->policy.group;
  const auto& there = target->snapshot->domains;
  return group && std::any_of(there.begin(), there.end(), [&](const telemetry::DomainSample& other) {
           const auto& needed = other.policy.affinity;
           const bool belongs =
               std::find(groups.begin(), groups.end(), other.policy.group.value_or("")) != groups.end();
           return belongs && std::find(needed.begin(), needed.end(), *group) != needed.end() &&
                  !has(*target, *group, other.uuid);
         });
}

}  // namespace

std::optional<std::string> why_over(const model::Action& action, const std::vector<rules::Firing>& firings,
                                    const model::Cluster& cluster) {
  if (!action.undoes.empty() || action.rule.empty()) return std::nullopt;
  const model::Node* node = cluster.find_node(action.node_uuid);
  if (node != nullptr && node->drain_requested && std::holds_alternative<model::MigrateTo>(action.step))
    return std::nullopt;
  if (joins_its_group(action, cluster)) return std::nullopt;
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
