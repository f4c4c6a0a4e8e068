#include "actuator/plan/own_limit.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/node_rules.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Refusal;
using model::RefusalKind;

// A share of its time that a domain's vCPUs wait for CPUs of the node; below that they run when they want to.
constexpr double kWaitsRatio = 0.05;
// So near to a margin, a node has no room for growth worth the name.
constexpr double kLittleRoomRatio = 0.05;
// Below this use of what it has, a domain does not suffer from its size.
constexpr double kUsedRatio = 0.5;

bool of_vcpus(std::string_view series) {
  return series == "domain_cpu_ratio" || series == "domain_vcpu_ratio" || series == "domain_vcpus" ||
         series == "domain_vcpus_max";
}

bool of_memory(std::string_view series) {
  return series.starts_with("domain_memory_") || series.starts_with("domain_swap_") ||
         series.starts_with("domain_major_faults_");
}

std::optional<Resource> own_resource(const rules::Rule& rule) {
  if (rule.series.empty()) return std::nullopt;
  if (std::all_of(rule.series.begin(), rule.series.end(), of_vcpus)) return Resource::kVcpus;
  if (std::all_of(rule.series.begin(), rule.series.end(), of_memory)) return Resource::kMemory;
  return std::nullopt;
}

bool refused_for_room(const Decision& decision, RefusalKind kind) {
  return std::any_of(decision.considered.begin(), decision.considered.end(),
                     [kind](const Considered& one) { return one.domain.empty() && one.refusal.kind == kind; });
}

bool short_of_cpu(const Planning& planning, const DomainRef& domain, const Decision& decision) {
  if (domain.domain->cpu_steal_ratio.value_or(0) > kWaitsRatio) return true;
  if (refused_for_room(decision, RefusalKind::kNoCpu)) return true;
  const auto ratio = planning.projection().node(*domain.node).cpu_ratio();
  return !ratio || *ratio > planning.input().margins.node_cpu_ceiling_ratio - kLittleRoomRatio;
}

bool short_of_memory(const Planning& planning, const DomainRef& domain, const Decision& decision) {
  if (domain.node->snapshot->node.swap_in_bytes_per_second.value_or(0) > 0) return true;
  if (refused_for_room(decision, RefusalKind::kNoMemory)) return true;
  const auto ratio = planning.projection().node(*domain.node).memory_used_ratio();
  return !ratio || *ratio > 1 - planning.input().margins.node_memory_margin_ratio - kLittleRoomRatio;
}

// The domain's use, or that of its busiest vCPU: a program of one thread does not use the others.
std::optional<double> busiest(const model::DomainSample& domain) {
  std::optional<double> most = domain.cpu_ratio;
  for (const auto& vcpu : domain.vcpu_samples)
    if (vcpu.cpu_ratio) most = std::max(most.value_or(0), *vcpu.cpu_ratio);
  return most;
}

// A rule may also fire because little is used: that is no limit. Who swaps is short, however much is in use.
bool uses_little(const rules::Rule& rule, const model::DomainSample& domain, Resource resource) {
  if (resource != Resource::kMemory) return busiest(domain).value_or(1) < kUsedRatio;
  const bool of_use = std::all_of(rule.series.begin(), rule.series.end(),
                                  [](std::string_view series) { return series.starts_with("domain_memory_"); });
  return of_use && model::domain_memory_used_ratio(domain).value_or(1) < kUsedRatio;
}

bool node_is_short(const Planning& planning, const DomainRef& domain, Resource resource, const Decision& decision) {
  if (relieved_refusal(planning, *domain.node, resource)) return true;
  const model::NodeProjection node = planning.projection().node(*domain.node);
  const auto ratio = resource == Resource::kMemory ? node.memory_used_ratio() : node.cpu_ratio();
  if (mark_refusal(planning, *domain.node, resource, ratio)) return true;
  return resource == Resource::kMemory ? short_of_memory(planning, domain, decision)
                                       : short_of_cpu(planning, domain, decision);
}

// What the domain has, and what would give it more.
std::string vcpus_and_cure(const model::DomainSample& domain) {
  const int has = domain.vcpus.value_or(0);
  std::string cure = "add a vCPU to it (scale_vcpus)";
  if (has >= domain.policy.vcpus_max.value_or(has + 1)) cure = "raise the most vCPUs that its policy allows";
  if (has >= domain.vcpus_max.value_or(has + 1)) cure = "raise its maximum number of vCPUs";
  return "its own " + model::vcpus_text(has) + ": " + cure;
}

std::string memory_and_cure(const model::DomainSample& domain) {
  const std::int64_t has = domain.memory_balloon_bytes.value_or(0);
  std::string cure = "give it more (scale_memory)";
  if (has >= domain.policy.memory_max_bytes.value_or(has + 1)) cure = "raise the most memory that its policy allows";
  if (has >= domain.memory_balloon_max_bytes.value_or(has + 1) && !domain.memory_max_bytes)
    cure = "raise its maximum memory";
  return "its own " + model::bytes_text(has) + " of memory: " + cure;
}

}  // namespace

std::optional<Refusal> own_limit_refusal(const Planning& planning, const rules::Firing& firing,
                                         const Decision& decision) {
  const auto resource = own_resource(*firing.rule);
  if (!resource || firing.subject.kind != rules::SubjectKind::kDomain) return std::nullopt;
  const DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  if (!domain || uses_little(*firing.rule, *domain.domain, *resource)) return std::nullopt;
  if (node_is_short(planning, domain, *resource, decision)) return std::nullopt;
  // Whatever forbids any migration of it at the moment is said instead: figures of a node that settles tell nothing.
  if (planning.domain_refusal(domain) || planning.settling_refusal(*domain.node)) return std::nullopt;
  const bool memory = *resource == Resource::kMemory;
  const model::NodeProjection node = planning.projection().node(*domain.node);
  const auto used = memory ? node.memory_used_ratio() : node.cpu_ratio();
  return Refusal{RefusalKind::kAtLimit,
                 "a move would give " + domain.domain->name + " nothing: " + domain.node->name() + " is not short of " +
                     (memory ? "memory" : "CPU") + " (" + model::ratio_text(*used) + " used), it is at the limit of " +
                     (memory ? memory_and_cure(*domain.domain) : vcpus_and_cure(*domain.domain))};
}

}  // namespace hotspot::plan
