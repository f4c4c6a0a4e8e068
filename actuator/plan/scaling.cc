#include <algorithm>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/node_rules.h"
#include "actuator/plan/planning.h"
#include "actuator/plan/scaling.h"

namespace hotspot::plan {

using model::Refusal;
using model::RefusalKind;

std::optional<Refusal> scaling_refusal(const Planning& planning, const rules::Firing& firing,
                                       const model::DomainRef& domain, ActionKind kind) {
  if (firing.subject.kind != rules::SubjectKind::kDomain) {
    return Refusal{RefusalKind::kNotApplicable, "only a domain can be scaled"};
  }
  if (!domain)
    return Refusal{RefusalKind::kNotRunning, "it is in no snapshot now: it was stopped, or it is between two nodes"};
  if (auto refusal = planning.input().restraints.by_window(kind, firing.rule->name, planning.input().now))
    return refusal;
  if (auto refusal = planning.action_limit_refusal()) return refusal;
  const Wish wish = kind == ActionKind::kGrow ? Wish::kGrow : Wish::kAny;
  if (auto refusal = planning.leaving_refusal(domain)) return refusal;
  if (auto refusal = planning.domain_refusal(domain, wish)) return refusal;
  return planning.settling_refusal(*domain.node);
}

namespace {

// The extra demand of a saturated domain, as a share of what it uses.
constexpr double kHiddenDemandRatio = 0.5;

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

// The new number of vCPUs, within the limits of the domain, its policy and the rule; or why there is none.
Result<int, Refusal> vcpu_goal(const model::DomainSample& domain, const rules::ScaleVcpus& remedy) {
  if (!domain.vcpus || !domain.vcpus_max) {
    return Refusal{RefusalKind::kNotMeasured, "the vCPUs of " + domain.name + " are not known"};
  }
  if (remedy.by < 0 && domain.emulated)
    return Refusal{RefusalKind::kNotApplicable, keeps_vcpus_text(domain.name, *domain.vcpus)};
  const int most = smallest({remedy.max, domain.policy.vcpus_max}, *domain.vcpus_max);
  const int least = largest({remedy.min, domain.policy.vcpus_min}, 1);
  const int goal =
      remedy.by > 0 ? std::min(*domain.vcpus + remedy.by, most) : std::max(*domain.vcpus + remedy.by, least);
  if (remedy.by > 0 ? goal > *domain.vcpus : goal < *domain.vcpus) return goal;
  const std::string has = domain.name + " has " + model::vcpus_text(*domain.vcpus);
  if (remedy.by < 0) {
    return Refusal{RefusalKind::kAtLimit,
                   has + " and keeps at least " + std::to_string(least) + " (its policy's least and the rule's)"};
  }
  return Refusal{RefusalKind::kAtLimit, has + ", the limit is " + std::to_string(most) + " (the domain's own " +
                                            std::to_string(*domain.vcpus_max) + ", its policy's and the rule's)"};
}

// Why no vCPU is taken from a domain: it was added recently, or it would be added again at once.
std::optional<Refusal> taken_back_refusal(const Planning& planning, const model::DomainRef& domain, int goal) {
  const PlanInput& input = planning.input();
  if (input.steps != nullptr && input.order == nullptr) {
    if (auto refusal =
            input.steps->against_shrink(domain.domain->uuid, Resource::kVcpus, input.now, input.limits.reversal_rest))
      return refusal;
  }
  const auto mark = planning.grow_mark(domain, Resource::kVcpus);
  if (!mark || !domain.domain->cpu_ratio) return std::nullopt;
  const double after = *domain.domain->cpu_ratio * *domain.domain->vcpus / goal;
  if (after <= *mark - kBelowMarkRatio) return std::nullopt;
  return Refusal{RefusalKind::kNotApplicable, domain.domain->name + " would be at " + model::ratio_text(after) +
                                                  " of " + model::vcpus_text(goal) + ", and gets one more above " +
                                                  model::ratio_text(*mark) + ": it would be given back at once"};
}

// How much of the added vCPUs the domain will use. Its demand is cut off at its present vCPUs and cannot be measured.
// As CloudScale (Shen et al., SoCC 2011) corrects an underestimate by a factor above 1, we assume half as much again as
// it uses, and never more than it gets. A domain that gives up a vCPU did not use it.
double expected_growth_cores(const model::DomainSample& domain, int added) {
  if (added <= 0) return 0;
  const std::optional<double> used = model::domain_cores_used(domain);
  return used ? std::min<double>(added, *used * kHiddenDemandRatio) : added;
}

// Why the node's own rules forbid that a domain there gets more CPU.
std::optional<Refusal> vcpu_growth_refusal(const Planning& planning, const model::Node& node, double cores) {
  if (auto refusal = relieved_refusal(planning, node, Resource::kVcpus)) return refusal;
  model::NodeProjection after = planning.projection().node(node);
  if (after.cores_used) *after.cores_used += cores;
  return mark_refusal(planning, node, Resource::kVcpus, after.cpu_ratio());
}

}  // namespace

std::string keeps_vcpus_text(const std::string& domain_name, int vcpus) {
  return domain_name + " keeps its " + model::vcpus_text(vcpus) +
         ": QEMU without KVM does not tell libvirt of one that went, and would not survive a migration after that";
}

std::optional<model::Action> try_scale_vcpus(Planning& planning, const rules::Firing& firing,
                                             const rules::ScaleVcpus& remedy, Decision& decision) {
  const auto no = [&](Refusal refusal) -> std::optional<model::Action> {
    refuse(decision, {"scale_vcpus", "", "", std::move(refusal)});
    return std::nullopt;
  };
  const model::DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  if (auto refusal = scaling_refusal(planning, firing, domain, remedy.by > 0 ? ActionKind::kGrow : ActionKind::kShrink))
    return no(*refusal);
  const auto goal = vcpu_goal(*domain.domain, remedy);
  if (!goal) return no(goal.error());
  const int added = *goal - *domain.domain->vcpus;
  if (added < 0) {
    if (auto refusal = taken_back_refusal(planning, domain, *goal)) return no(*refusal);
  }
  const model::SetVcpus step{*domain.domain->vcpus, *goal, remedy.persistent};
  if (auto refusal = planning.repetition_refusal(domain, step)) return no(*refusal);
  if (auto refusal = planning.rejection(*firing.rule, decision.mode, domain, step)) return no(*refusal);
  const double cores = expected_growth_cores(*domain.domain, added);
  if (added > 0) {
    if (auto refusal = vcpu_growth_refusal(planning, *domain.node, cores)) return no(*refusal);
  }
  Effect effect = begin_effect(planning, *domain.node);
  if (auto refusal = planning.change_projection().add_cores(*domain.node, cores, planning.input().margins))
    return no(*refusal);
  finish_effect(planning, *domain.node, effect);
  decision.effects.push_back(effect);
  return planning.new_action(firing, domain, step);
}

namespace {

template <typename Device>
std::optional<Refusal> device_refusal(const telemetry::DomainSample& domain, const std::string& device,
                                      const std::vector<Device>& known, const char* what) {
  if (known.empty()) return Refusal{RefusalKind::kNotApplicable, domain.name + " has no " + what + " that is measured"};
  if (device.empty()) return std::nullopt;
  std::string names;
  for (const Device& one : known) {
    if (one.device == device) return std::nullopt;
    names += (names.empty() ? "" : ", ") + one.device;
  }
  return Refusal{RefusalKind::kNotApplicable,
                 "'" + device + "' is no " + what + " of " + domain.name + "; it has " + names};
}

// The label 'device' may name a device of the other kind.
std::optional<Refusal> tuning_refusal(const telemetry::DomainSample& domain, const model::Step& step) {
  if (const auto* disk = std::get_if<model::SetDiskLimit>(&step))
    return device_refusal(domain, disk->device, domain.disks, "disk");
  if (const auto* network = std::get_if<model::SetNetworkLimit>(&step))
    return device_refusal(domain, network->device, domain.interfaces, "interface");
  return std::nullopt;
}

}  // namespace

// Snapshots do not include a domain's cap or weight: the final check finds out whether it is set already.
std::optional<model::Action> try_tune(Planning& planning, const rules::Firing& firing, const Tuning& tuning,
                                      Decision& decision) {
  const model::DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  auto refusal = scaling_refusal(planning, firing, domain, ActionKind::kTune);
  if (!refusal) refusal = tuning_refusal(*domain.domain, tuning.step);
  if (!refusal) refusal = planning.repetition_refusal(domain, tuning.step);
  if (!refusal) refusal = planning.rejection(*firing.rule, decision.mode, domain, tuning.step);
  if (refusal) {
    refuse(decision, {tuning.remedy, "", "", *refusal});
    return std::nullopt;
  }
  return planning.new_action(firing, domain, tuning.step);
}

}  // namespace hotspot::plan
