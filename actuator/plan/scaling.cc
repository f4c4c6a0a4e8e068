#include <algorithm>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/planning.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

// A balloon step below this is not worth an action: the guest's own use changes by more between two reads.
constexpr std::int64_t kLeastBalloonStepBytes = 1 * kMebibyte;
// Of what is left to it after a shrink, a guest uses at most this by its own word: well below where rules let it grow,
// so that one that was shrunk does not ask to grow at once.
constexpr double kUsedAfterShrinkRatio = 0.70;
// Of what a saturated domain uses, that it would use besides if it could.
constexpr double kHiddenDemandRatio = 0.5;

std::optional<Refusal> scaling_refusal(const Planning& planning, const rules::Firing& firing,
                                       const model::DomainRef& domain, Wish wish) {
  if (firing.subject.kind != rules::SubjectKind::kDomain) {
    return Refusal{RefusalKind::kNotApplicable, "only a domain can be scaled"};
  }
  if (!domain) return Refusal{RefusalKind::kNotRunning, "the domain is not in the snapshots any more"};
  if (auto refusal = planning.action_limit_refusal()) return refusal;
  if (auto refusal = planning.domain_refusal(domain, wish)) return refusal;
  return planning.settling_refusal(*domain.node);
}

int smallest(std::initializer_list<std::optional<int>> limits, int otherwise) {
  for (const auto& limit : limits) {
    if (limit) otherwise = std::min(otherwise, *limit);
  }
  return otherwise;
}

int largest(std::initializer_list<std::optional<int>> limits, int otherwise) {
  for (const auto& limit : limits) {
    if (limit) otherwise = std::max(otherwise, *limit);
  }
  return otherwise;
}

std::string vcpus_text(int vcpus) { return std::to_string(vcpus) + (vcpus == 1 ? " vCPU" : " vCPUs"); }

// The number of vCPUs to go to, within the limits of the domain, its policy and the rule; or why there is none.
Result<int, Refusal> vcpu_goal(const model::DomainSample& domain, const rules::ScaleVcpus& remedy) {
  if (!domain.vcpus || !domain.vcpus_max) {
    return Refusal{RefusalKind::kNotMeasured, "the vCPUs of " + domain.name + " are not known"};
  }
  const int most = smallest({remedy.max, domain.policy.vcpus_max}, *domain.vcpus_max);
  const int least = largest({remedy.min, domain.policy.vcpus_min}, 1);
  const int goal =
      remedy.by > 0 ? std::min(*domain.vcpus + remedy.by, most) : std::max(*domain.vcpus + remedy.by, least);
  if (remedy.by > 0 ? goal > *domain.vcpus : goal < *domain.vcpus) return goal;
  return Refusal{RefusalKind::kAtLimit, domain.name + " has " + vcpus_text(*domain.vcpus) + ", the limit is " +
                                            std::to_string(remedy.by > 0 ? most : least) + " (the domain's own " +
                                            std::to_string(*domain.vcpus_max) + ", its policy's and the rule's)"};
}

// What the domain will use of added vCPUs. Its demand is cut off at the vCPUs that it has, so nobody can see it; as
// CloudScale (Shen et al., SoCC 2011) corrects an underestimate by a factor above 1, it is taken to want half as much
// again as it uses, and never more than it gets. One that gives a vCPU back did not use it.
double expected_growth_cores(const model::DomainSample& domain, int added) {
  if (added <= 0) return 0;
  const std::optional<double> used = model::domain_cores_used(domain);
  return used ? std::min<double>(added, *used * kHiddenDemandRatio) : added;
}

std::int64_t bytes_or(const telemetry::MeasuredBytes& value, std::int64_t otherwise) {
  return value.value_or(otherwise);
}

Result<std::int64_t, Refusal> shrink_floor(const model::DomainSample& domain, const rules::ScaleMemory& remedy) {
  if (!domain.memory_available_bytes || !domain.memory_usable_bytes) {
    return Refusal{RefusalKind::kNotMeasured, domain.name +
                                                  " tells nothing about its own memory (balloon statistics are "
                                                  "off): memory is never taken without that"};
  }
  if (domain.swap_in_bytes_per_second.value_or(0) > 0) {
    return Refusal{RefusalKind::kNotApplicable,
                   domain.name + " swaps: memory is never taken from a guest that lacks it"};
  }
  const double used = static_cast<double>(*domain.memory_available_bytes - *domain.memory_usable_bytes);
  // What the balloon gives is more than the guest sees: kernel and firmware keep a part for themselves.
  const std::int64_t hidden = std::max<std::int64_t>(0, *domain.memory_balloon_bytes - *domain.memory_available_bytes);
  const auto needed = static_cast<std::int64_t>(used / kUsedAfterShrinkRatio) + hidden;
  return std::max({needed, bytes_or(domain.policy.memory_min_bytes, 0), bytes_or(remedy.min_bytes, 0)});
}

Result<std::int64_t, Refusal> balloon_goal(const model::DomainSample& domain, const rules::ScaleMemory& remedy) {
  if (!domain.memory_balloon_bytes || !domain.memory_balloon_max_bytes) {
    return Refusal{RefusalKind::kNotMeasured, "the balloon of " + domain.name + " is not known"};
  }
  const std::int64_t now = *domain.memory_balloon_bytes;
  std::int64_t goal = now + remedy.by_bytes;
  std::int64_t limit = 0;
  if (remedy.by_bytes > 0) {
    limit = std::min({*domain.memory_balloon_max_bytes, bytes_or(domain.policy.memory_max_bytes, INT64_MAX),
                      bytes_or(remedy.max_bytes, INT64_MAX)});
    goal = std::min(goal, limit);
  } else {
    const auto floor = shrink_floor(domain, remedy);
    if (!floor) return floor.error();
    limit = *floor;
    goal = std::max(goal, limit);
  }
  const std::int64_t step = remedy.by_bytes > 0 ? goal - now : now - goal;
  if (step >= kLeastBalloonStepBytes) return goal;
  return Refusal{
      RefusalKind::kAtLimit,
      domain.name + " has " + model::bytes_text(now) + ", the limit is " + model::bytes_text(limit) +
          (remedy.by_bytes > 0 ? "" : " (what the guest uses and room beside it, its policy's and the rule's)")};
}

}  // namespace

std::optional<model::Action> try_scale_vcpus(Planning& planning, const rules::Firing& firing,
                                             const rules::ScaleVcpus& remedy, Decision& decision) {
  const auto no = [&](Refusal refusal) -> std::optional<model::Action> {
    refuse(decision, {"scale_vcpus", "", "", std::move(refusal)});
    return std::nullopt;
  };
  const model::DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  if (auto refusal = scaling_refusal(planning, firing, domain, remedy.by > 0 ? Wish::kGrow : Wish::kAny))
    return no(*refusal);
  const auto goal = vcpu_goal(*domain.domain, remedy);
  if (!goal) return no(goal.error());
  const int added = *goal - *domain.domain->vcpus;
  Effect effect = begin_effect(planning, *domain.node);
  if (auto refusal = planning.projection().add_cores(*domain.node, expected_growth_cores(*domain.domain, added),
                                                     planning.input().margins)) {
    return no(*refusal);
  }
  finish_effect(planning, *domain.node, effect);
  decision.effects.push_back(effect);
  return planning.new_action(firing, domain, model::SetVcpus{*domain.domain->vcpus, *goal, remedy.persistent});
}

std::optional<model::Action> try_scale_memory(Planning& planning, const rules::Firing& firing,
                                              const rules::ScaleMemory& remedy, Decision& decision) {
  const auto no = [&](Refusal refusal) -> std::optional<model::Action> {
    refuse(decision, {"scale_memory", "", "", std::move(refusal)});
    return std::nullopt;
  };
  const model::DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  if (auto refusal = scaling_refusal(planning, firing, domain, remedy.by_bytes > 0 ? Wish::kGrow : Wish::kAny))
    return no(*refusal);
  const auto goal = balloon_goal(*domain.domain, remedy);
  if (!goal) return no(goal.error());
  const std::int64_t now = *domain.domain->memory_balloon_bytes;
  Effect effect = begin_effect(planning, *domain.node);
  if (auto refusal = planning.projection().add_memory(*domain.node, *goal - now, planning.input().margins)) {
    return no(*refusal);
  }
  finish_effect(planning, *domain.node, effect);
  // What is taken back is free only once a snapshot shows it.
  planning.projection().assume_load(domain.node->uuid(), 0, std::max<std::int64_t>(0, now - *goal));
  decision.effects.push_back(effect);
  return planning.new_action(firing, domain, model::SetBalloon{now, *goal, remedy.persistent});
}

// The snapshots do not say which cap or weight a domain has: the second look finds what is so already.
std::optional<model::Action> try_tune(Planning& planning, const rules::Firing& firing, const char* remedy,
                                      const model::Step& step, Decision& decision) {
  const model::DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  if (auto refusal = scaling_refusal(planning, firing, domain, Wish::kAny)) {
    refuse(decision, {remedy, "", "", *refusal});
    return std::nullopt;
  }
  return planning.new_action(firing, domain, step);
}

}  // namespace hotspot::plan
