#include "actuator/loop/relief_reading.h"

#include <algorithm>
#include <variant>

#include "actuator/model/load.h"
#include "actuator/model/projection.h"
#include "actuator/plan/used_share.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using rules::AimedAt;
using Of = ReliefExpected::Of;

const Error kNoPrediction{"no relief was predicted for it"};

std::optional<double> change_of(const plan::Effect& effect, AimedAt resource) {
  auto before = effect.cpu_ratio_before, after = effect.cpu_ratio_after;
  if (resource == AimedAt::kMemory) before = effect.memory_used_ratio_before, after = effect.memory_used_ratio_after;
  if (resource == AimedAt::kNetwork) before = effect.net_used_ratio_before, after = effect.net_used_ratio_after;
  if (!before || !after) return std::nullopt;
  return *before - *after;
}

// Drains and what follows a group are moved without a prediction of their time: they are to relieve nothing.
Result<ReliefExpected> of_move(const plan::Decision& decision, ReliefExpected expected) {
  const auto& move = std::get<model::MigrateTo>(decision.action->step);
  if (!decision.figures || !decision.figures->seconds) return kNoPrediction;
  if (!decision.about_text.empty()) return Error{"it was judged by CPU, because " + decision.about_text};
  expected.resource = decision.about;
  expected.target_uuid = move.target_uuid;
  expected.target_name = move.target_name;
  for (const plan::Effect& effect : decision.effects) {
    if (effect.node != expected.node_name) continue;
    const auto change = change_of(effect, decision.about);
    if (!change) return kNoPrediction;
    expected.predicted = *change;
    return expected;
  }
  return kNoPrediction;
}

// How many of the added vCPUs the domain was predicted to use, by the effect on its node.
double predicted_cores(const plan::Decision& decision, const model::DomainRef& domain) {
  if (decision.effects.empty()) return 0;
  const auto change = change_of(decision.effects.front(), AimedAt::kCpu);
  return change ? std::max(0.0, -*change) * domain.node->snapshot->node.cpus : 0;
}

Result<ReliefExpected> of_growth(const plan::Decision& decision, const model::DomainRef& domain,
                                 ReliefExpected expected) {
  expected.of = Of::kDomain;
  const model::DomainSample& sample = *domain.domain;
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&decision.action->step)) {
    const auto wanted = model::domain_cores_wanted(sample, domain.node->snapshot->node);
    if (!wanted || !sample.vcpus || *sample.vcpus <= 0) return Error{"the CPU of the domain was not measured"};
    const double rise = predicted_cores(decision, domain);
    expected.capacity = vcpus->to;
    expected.expected_rise = rise / expected.capacity;
    expected.predicted = *wanted / *sample.vcpus - (*wanted + rise) / expected.capacity;
    return expected;
  }
  const auto change = model::memory_change(decision.action->step);
  const auto used = model::domain_memory_used_ratio(sample);
  if (!change || !used || !sample.memory_available_bytes) return Error{"the memory of the domain was not measured"};
  const auto before = static_cast<double>(*sample.memory_available_bytes);
  expected.resource = AimedAt::kMemory;
  expected.capacity = before + static_cast<double>(change->to_bytes - change->from_bytes);
  expected.predicted = *used - *used * before / expected.capacity;
  return expected;
}

std::optional<ReliefReading> read_node(const ReliefExpected& expected, const model::Cluster& cluster) {
  const model::Node* node = cluster.find_node(expected.node_uuid);
  if (node == nullptr) return std::nullopt;
  const auto used = plan::used_ratio(model::Projection(cluster), *node, expected.resource);
  if (!used) return std::nullopt;
  ReliefReading reading{.taken_at = node->taken_at(), .used = *used, .demand = 0, .others = {}};
  for (const model::DomainSample& domain : node->snapshot->domains) {
    if (domain.uuid == expected.domain_uuid || !model::is_running(domain) || !cluster.belongs_here(*node, domain))
      continue;
    reading.others.emplace(domain.uuid, domain.name);
    reading.demand += plan::share_of({node, &domain}, expected.resource).value_or(0);
  }
  return reading;
}

std::optional<ReliefReading> read_domain(const ReliefExpected& expected, const model::Cluster& cluster) {
  const model::DomainRef domain = cluster.find_domain(expected.domain_uuid);
  if (!domain || expected.capacity <= 0) return std::nullopt;
  const model::DomainSample& sample = *domain.domain;
  ReliefReading reading{.taken_at = domain.node->taken_at(), .used = 0, .demand = 0, .others = {}};
  if (expected.resource == AimedAt::kMemory) {
    const auto used = model::domain_memory_used_ratio(sample);
    if (!used || !sample.memory_available_bytes) return std::nullopt;
    reading.used = *used;
    reading.demand = *used * static_cast<double>(*sample.memory_available_bytes) / expected.capacity;
    return reading;
  }
  const auto wanted = model::domain_cores_wanted(sample, domain.node->snapshot->node);
  const auto used = model::domain_cores_used(sample);
  if (!wanted || !used || !sample.vcpus || *sample.vcpus <= 0) return std::nullopt;
  reading.used = *wanted / *sample.vcpus;
  reading.demand = *used / expected.capacity;
  return reading;
}

}  // namespace

Result<ReliefExpected> expected_relief(const plan::Decision& decision, const model::Cluster& cluster) {
  if (!decision.action || decision.rule.empty()) return kNoPrediction;
  const model::Action& action = *decision.action;
  ReliefExpected expected{.domain_uuid = action.domain_uuid,
                          .domain_name = action.domain_name,
                          .node_uuid = action.node_uuid,
                          .node_name = action.node_name,
                          .target_uuid = {},
                          .target_name = {}};
  if (std::holds_alternative<model::MigrateTo>(action.step)) return of_move(decision, std::move(expected));
  if (model::direction(action.step) != model::Direction::kUp) return kNoPrediction;
  const model::DomainRef domain = cluster.find_domain(action.domain_uuid);
  if (!domain) return Error{"its domain is in no snapshot"};
  return of_growth(decision, domain, std::move(expected));
}

std::optional<ReliefReading> read_relief(const ReliefExpected& expected, const model::Cluster& cluster) {
  return expected.of == Of::kNode ? read_node(expected, cluster) : read_domain(expected, cluster);
}

std::string subject_text(const ReliefExpected& expected) {
  const std::string of = expected.of == Of::kNode ? expected.node_name : "domain " + expected.domain_name;
  return std::string(rules::to_string(expected.resource)) + " of " + text::visible(of);
}

}  // namespace hotspot::loop
