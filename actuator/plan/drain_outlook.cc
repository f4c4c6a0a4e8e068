#include "actuator/plan/drain_outlook.h"

#include <algorithm>

namespace hotspot::plan {
namespace {

constexpr std::size_t kMostNames = 5;

std::optional<std::string> hindrance(const DrainSituation& situation, const model::DomainRef& domain) {
  const std::string& name = domain.domain->name;
  if (!domain.domain->migration_obstacles.empty()) return name + ": " + domain.domain->migration_obstacles.front();
  if (const auto refusal = situation.restraints.on_domain(domain, situation.now)) return refusal->message;
  for (const InFlight& entry : situation.in_flight) {
    if (entry.action.domain_uuid == domain.domain->uuid)
      return "an action on " + name + " is under way: " + model::describe(entry.action.step);
  }
  if (domain.domain->job_active) return "a libvirt job that is not ours holds " + name;
  if (const auto refusal = situation.cooldowns.refusal(domain.domain->uuid, situation.now, Wish::kAny))
    return name + " " + refusal->message;
  return std::nullopt;
}

}  // namespace

const char* to_string(DrainPhase phase) {
  switch (phase) {
    case DrainPhase::kMoving:
      return "moving";
    case DrainPhase::kOnlyStopped:
      return "only_stopped";
    case DrainPhase::kEmpty:
      break;
  }
  return "empty";
}

DrainOutlook drain_outlook(const model::Cluster& cluster, const model::Node& node) {
  DrainOutlook outlook;
  for (const model::DomainSample& domain : node.snapshot->domains) {
    // A domain that has already arrived elsewhere may still be reported here for one more read.
    if (!cluster.belongs_here(node, domain)) continue;
    if (model::is_running(domain))
      ++outlook.running;
    else if (domain.state != telemetry::DomainState::kShutoff)
      outlook.staying.push_back({domain.name, domain.state});
  }
  std::sort(outlook.staying.begin(), outlook.staying.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (outlook.running > 0)
    outlook.phase = DrainPhase::kMoving;
  else
    outlook.phase = outlook.staying.empty() ? DrainPhase::kEmpty : DrainPhase::kOnlyStopped;
  return outlook;
}

std::string names_of(const std::vector<StayingDomain>& staying) {
  std::string names;
  for (std::size_t i = 0; i < std::min(staying.size(), kMostNames); ++i) {
    names += (i == 0 ? "" : ", ") + staying[i].name + " (" + telemetry::to_string(staying[i].state) + ")";
  }
  if (staying.size() > kMostNames) names += " and " + std::to_string(staying.size() - kMostNames) + " more";
  return names;
}

std::string describe(const DrainOutlook& outlook, const std::string& node_name) {
  switch (outlook.phase) {
    case DrainPhase::kMoving:
      return node_name + " is being drained: " + std::to_string(outlook.running) +
             (outlook.running == 1 ? " domain runs" : " domains run") + " there still" +
             (outlook.staying.empty() ? "" : ", and " + names_of(outlook.staying) + " will stay");
    case DrainPhase::kOnlyStopped:
      return "all running domains have left " + node_name + "; what does not run stays: " + names_of(outlook.staying) +
             "; resume it, and it moves, or stop it";
    case DrainPhase::kEmpty:
      break;
  }
  return node_name + " is empty: the drain is complete";
}

std::vector<std::string> drain_hindrances(const DrainSituation& situation) {
  std::vector<std::string> sentences;
  for (const model::DomainSample& domain : situation.node.snapshot->domains) {
    if (!model::is_running(domain) || !situation.cluster.belongs_here(situation.node, domain)) continue;
    if (auto sentence = hindrance(situation, {&situation.node, &domain})) sentences.push_back(std::move(*sentence));
  }
  return sentences;
}

}  // namespace hotspot::plan
