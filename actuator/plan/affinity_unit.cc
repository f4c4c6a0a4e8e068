#include "actuator/plan/affinity_unit.h"

#include <algorithm>
#include <utility>

#include "actuator/plan/placement.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;
using Unit = std::vector<const telemetry::DomainSample*>;

bool in_unit(const Unit& unit, const telemetry::DomainSample* domain) {
  return std::find(unit.begin(), unit.end(), domain) != unit.end();
}

bool lists(const std::vector<std::string>& groups, const std::string& group) {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

// A domain of the group that neither leaves the node nor belongs to the unit.
bool others_stay(const Planning& planning, const Node& node, const std::string& group, const Unit& unit) {
  const auto& mates = planning.roster(node).in_group(group);
  return std::any_of(mates.begin(), mates.end(), [&](const telemetry::DomainSample* mate) {
    return !in_unit(unit, mate) && !planning.is_leaving(mate->uuid, node);
  });
}

// Adds those whose group would all be gone with the unit. Returns whether there were any.
bool add_left_behind(const Planning& planning, const Node& node, Unit& unit) {
  const std::size_t before = unit.size();
  for (std::size_t i = 0; i < unit.size(); ++i) {
    if (!unit[i]->policy.group) continue;
    for (const telemetry::DomainSample* other : planning.roster(node).needing(*unit[i]->policy.group)) {
      if (in_unit(unit, other) || planning.is_leaving(other->uuid, node)) continue;
      Unit with = unit;
      with.push_back(other);
      if (!others_stay(planning, node, *unit[i]->policy.group, with)) unit.push_back(other);
    }
  }
  return unit.size() > before;
}

// Adds those that the unit must be with and that must be with the unit: all of one group that stays together.
void add_mutual(const Planning& planning, const Node& node, Unit& unit) {
  for (std::size_t i = 0; i < unit.size(); ++i) {
    for (const std::string& group : unit[i]->policy.affinity) {
      for (const telemetry::DomainSample* mate : planning.roster(node).in_group(group)) {
        const bool needs_it = unit[i]->policy.group && lists(mate->policy.affinity, *unit[i]->policy.group);
        if (needs_it && !in_unit(unit, mate) && !planning.is_leaving(mate->uuid, node)) unit.push_back(mate);
      }
    }
  }
}

// A unit is not torn: what only may be recommended would stay behind.
std::optional<Refusal> mode_refusal(const DomainRef& follower, Mode mode) {
  const auto& own = follower.domain->policy.mode;
  if (!own || rules::mode_from_string(*own).value_or(Mode::kObserve) >= mode) return std::nullopt;
  return Refusal{RefusalKind::kMode, "its policy says " + *own};
}

std::optional<Refusal> follower_refusal(const Planning& trial, const DomainRef& follower, const Node& target,
                                        const model::Margins& margins) {
  const PlanInput& input = trial.input();
  if (auto refusal = input.restraints.on_domain(follower, input.now)) return refusal;
  if (auto place = find_place(trial, follower, target); !place) return place.error();
  return trial.projection().arrival_refusal(follower, target, margins);
}

Refusal could_not_follow(const DomainRef& domain, const DomainRef& follower, const Refusal& refusal) {
  return {refusal.kind, follower.domain->name + ", which belongs with " + domain.domain->name +
                            ", could not follow: " + refusal.message};
}

// Must the moved domain be with one like this, and is there none where it is now?
bool wanted_there(const Planning& planning, const DomainRef& moved, const telemetry::DomainSample& domain) {
  return domain.policy.group && lists(moved.domain->policy.affinity, *domain.policy.group) &&
         !others_stay(planning, *moved.node, *domain.policy.group, {moved.domain});
}

// A domain that was left behind, and the domain of its group that was moved.
struct LeftBehind {
  DomainRef domain, moved;
  std::string rule;
  Milliseconds cooldown{0};
  std::string approved_by;  // the move; then those that belong with it may follow
};

// It follows within return_rest of the move; of its own cooldown, if that lasted longer.
bool may_still_follow(const PlanInput& input, const RecentMove& move, const telemetry::DomainSample& domain) {
  const WallTime then = input.now - input.limits.return_rest;
  return move.at > then || input.cooldowns.refusal(domain.uuid, then).has_value();
}

std::vector<LeftBehind> left_behind(const Planning& planning) {
  const PlanInput& input = planning.input();
  std::vector<LeftBehind> found;
  if (input.steps == nullptr) return found;
  for (const RecentMove& move : input.steps->moves_within(input.now, followed_within(input.limits))) {
    const DomainRef moved = input.cluster.find_domain(move.domain_uuid);
    const Node* source = input.cluster.find_node(move.from_uuid);
    if (!moved || source == nullptr || moved.node == source || !moved.domain->policy.group) continue;
    const std::string& group = *moved.domain->policy.group;
    for (const telemetry::DomainSample* domain : planning.roster(*source).needing(group)) {
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.domain.domain == domain; });
      if (known || planning.is_leaving(domain->uuid, *source) || !may_still_follow(input, move, *domain)) continue;
      if (others_stay(planning, *source, group, {domain}) && !wanted_there(planning, moved, *domain)) continue;
      found.push_back({{source, domain}, moved, move.rule, move.cooldown, move.approved_by});
    }
  }
  return found;
}

std::optional<Refusal> follow_refusal(const Planning& planning, const LeftBehind& one) {
  const PlanInput& input = planning.input();
  const Node &source = *one.domain.node, &target = *one.moved.node;
  if (auto refusal = planning.domain_refusal(one.domain, source.drain_requested ? Wish::kDrain : Wish::kAny))
    return refusal;
  if (auto refusal = planning.action_limit_refusal()) return refusal;
  if (auto refusal = planning.migration_limit_refusal(source)) return refusal;
  if (auto refusal = planning.target_limit_refusal(target)) return refusal;
  if (auto refusal = planning.settling_refusal(source)) return refusal;
  if (auto refusal = planning.settling_refusal(target)) return refusal;
  const Milliseconds length = length_of(estimate_of(planning, one.domain, target));
  if (auto refusal = input.restraints.by_window(ActionKind::kMigrate, one.rule, input.now, length)) return refusal;
  if (auto place = find_place(planning, one.domain, target); !place) return place.error();
  return planning.projection().arrival_refusal(one.domain, target, input.margins);
}

bool is_only_delayed(const Refusal& refusal) {
  return refusal.kind == RefusalKind::kSettling || refusal.kind == RefusalKind::kInFlight ||
         refusal.kind == RefusalKind::kTooMany || refusal.kind == RefusalKind::kInCooldown;
}

Decision begin_decision(const Planning& planning, const LeftBehind& one, const rules::Firing& firing) {
  Decision decision;
  decision.at = planning.input().now;
  decision.rule = one.rule;
  decision.subject = "domain " + one.domain.domain->name + " on " + one.domain.node->name();
  decision.subject_key = firing.subject.key();
  decision.measured_at = one.domain.node->taken_at();
  decision.mode = planning.mode_for(*firing.rule, one.domain.domain);
  decision.mistrust = planning.mistrust(*firing.rule);
  decision.sentence = decision.subject + ": it must be with group '" + text::visible(*one.moved.domain->policy.group) +
                      "', of which " + text::visible(one.moved.domain->name) + " was moved to " +
                      one.moved.node->name() + " by " + one.rule;
  return decision;
}

// The rule as it is now: its mode may have become more careful. Without it nobody asks for actions any more.
Mode mode_now(const PlanInput& input, const std::string& name) {
  if (input.rules == nullptr) return Mode::kEnforce;
  const rules::Rule* rule = input.rules->find(name);
  return rule == nullptr ? Mode::kRecommend : rule->mode;
}

std::optional<Decision> follow(Planning& planning, const LeftBehind& one) {
  rules::Rule rule;
  rule.name = one.rule;
  rule.cooldown = one.cooldown;
  rule.mode = mode_now(planning.input(), one.rule);
  rules::Firing firing;
  firing.rule = &rule;
  firing.first_sample_at = one.moved.node->taken_at();
  firing.subject = {rules::SubjectKind::kDomain,
                    one.domain.node->uuid(),
                    one.domain.domain->uuid,
                    {{"node", one.domain.node->name()}, {"domain", one.domain.domain->name}}};
  Decision decision = begin_decision(planning, one, firing);
  auto refusal = planning.input().restraints.on_everything(one.rule, planning.input().now);
  if (!refusal) refusal = follow_refusal(planning, one);
  if (refusal && is_only_delayed(*refusal)) return std::nullopt;
  if (decision.mode == Mode::kObserve) return std::nullopt;
  if (refusal) {
    decision.sentence += "; it cannot follow, because " + refusal->message;
    refuse(decision, {"migrate", "", "", *std::move(refusal)});
    return decision;
  }
  decision.action = move_action(planning, firing, {one.domain, *one.moved.node}, decision);
  const bool acts = decision.mode == Mode::kEnforce || !one.approved_by.empty();
  if (decision.mode != Mode::kEnforce) decision.action->approved_by = one.approved_by;
  acts ? planning.count(*decision.action) : planning.count_recommended(*decision.action);
  decision.outcome = acts ? Outcome::kAct : Outcome::kRecommend;
  decision.sentence += std::string("; ") + (acts ? "it follows: " : "it would follow: ") +
                       model::describe(decision.action->step) + " for " + one.domain.domain->name;
  if (!decision.mistrust.empty()) decision.sentence += "; it only recommends: " + decision.mistrust;
  decision.action->reason = decision.sentence;
  return decision;
}

}  // namespace

std::vector<DomainRef> followers(const Planning& planning, const DomainRef& domain) {
  const Node& node = *domain.node;
  if (!domain.domain->policy.group) return {};
  Unit unit{domain.domain};
  add_mutual(planning, node, unit);
  while (add_left_behind(planning, node, unit)) {
  }
  std::vector<DomainRef> found;
  for (std::size_t i = 1; i < unit.size(); ++i) found.push_back({&node, unit[i]});
  return found;
}

bool brings_along(const Planning& planning, const DomainRef& domain, const std::string& group) {
  const auto all = followers(planning, domain);
  return std::any_of(all.begin(), all.end(), [&](const DomainRef& one) { return one.domain->policy.group == group; });
}

std::optional<Refusal> unit_refusal(const Planning& planning, const Trip& trip, Mode mode,
                                    const model::Margins& margins) {
  const DomainRef& domain = trip.domain;
  const Node& target = trip.target;
  const auto all = followers(planning, domain);
  if (all.empty()) return std::nullopt;
  Planning trial = planning;
  trial.change_projection().assume_move(domain, target);
  trial.assume_together(domain.domain->uuid, target.uuid());
  for (const DomainRef& follower : all) {
    auto refusal = mode_refusal(follower, mode);
    if (!refusal) refusal = follower_refusal(trial, follower, target, margins);
    if (refusal) return could_not_follow(domain, follower, *refusal);
    trial.change_projection().assume_move(follower, target);
    trial.assume_together(follower.domain->uuid, target.uuid());
  }
  return std::nullopt;
}

std::optional<Refusal> follower_delay(const Planning& planning, const DomainRef& domain) {
  for (const DomainRef& follower : followers(planning, domain))
    if (const auto refusal = planning.domain_refusal(follower)) return could_not_follow(domain, follower, *refusal);
  return std::nullopt;
}

std::vector<Decision> follow_ups(Planning& planning) {
  std::vector<Decision> decisions;
  for (const LeftBehind& one : left_behind(planning))
    if (auto decision = follow(planning, one)) decisions.push_back(*std::move(decision));
  return decisions;
}

}  // namespace hotspot::plan
