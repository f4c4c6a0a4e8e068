// Rounds in which a rule about the cluster's imbalance fires, for tests of the remedy `balance`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/cluster_series.h"
#include "actuator/model/load.h"
#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {

inline rules::Rule balance_rule(rules::Balance remedy = {}, double mark = 0.10) {
  rules::Rule rule = rule_of("ClusterUneven", {remedy});
  rule.expression_text = "cluster_imbalance_ratio > 10%";
  for (const rules::AimedAt resource : {rules::AimedAt::kCpu, rules::AimedAt::kMemory, rules::AimedAt::kNetwork}) {
    rules::Aim aim;
    aim.resource = resource;
    aim.branch = static_cast<int>(rule.aims.size());
    aim.above = mark;
    rule.aims.push_back(aim);
  }
  return rule;
}

inline rules::Firing& cluster_fires(Round& round, rules::Rule rule, const std::string& resource = "cpu") {
  rules::Firing& firing =
      round.fires(std::move(rule), {rules::SubjectKind::kCluster, "", "", {{"resource", resource}}});
  firing.firing_since = round.now - Milliseconds(60'000);
  return firing;
}

// A node of 16 CPUs and 64 GiB whose CPUs are used by guests of 4 vCPUs and 4 GiB, each with one core busy.
inline telemetry::NodeSnapshot node_with(const std::string& name, int guests) {
  auto made = node(name).cpus(16).cpu((0.2 + guests) / 16).memory(64 * kGibibyte, (60 - 4LL * guests) * kGibibyte);
  for (int i = 0; i < guests; ++i)
    made.with(domain(name + "-" + std::to_string(i)).vcpus(4, 4).cpu(0.25).memory(4 * kGibibyte, 4 * kGibibyte));
  return made;
}

inline double imbalance_of(const Round& round, std::string_view resource = "cpu") {
  return model::imbalance_ratio({round.cluster, round.now, round.freshness, round.margins}, resource).value_or(-1);
}

}  // namespace hotspot::plan
