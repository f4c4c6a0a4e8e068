// One round of planning for tests: a cluster, what fires in it, and the guardrails. In enforce mode unless a test says
// otherwise.
//
//   Round round({node("h1").with(domain("a").cpu(0.95))});
//   round.domain_fires("a", {rules::ScaleVcpus{}});
//   const Decision decision = round.only();
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "actuator/plan/planner.h"
#include "tests/support/build_cluster.h"

namespace hotspot::plan {

using hotspot::testing::cluster_of;
using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

inline rules::Rule rule_of(const std::string& name, std::vector<rules::Remedy> remedies) {
  rules::Rule rule;
  rule.name = name;
  rule.expression_text = "domain_cpu_ratio > 90%";
  rule.remedies = std::move(remedies);
  return rule;
}

struct Round {
  explicit Round(const std::vector<telemetry::NodeSnapshot>& snapshots) : cluster(cluster_of(snapshots)) {}

  model::Cluster cluster;
  std::vector<rules::Firing> firings;
  std::vector<InFlight> in_flight;
  CooldownBook cooldowns;
  std::map<std::string, WallTime> node_action_ended;
  Mode daemon_mode = Mode::kEnforce;
  Limits limits;
  model::Margins margins;
  model::Freshness freshness;
  Restraints restraints;
  MigrationSettings migration;
  const MigrationBook* migrations = nullptr;
  const RecentSteps* steps = nullptr;
  const model::MemoryPeaks* memory = nullptr;
  const std::vector<rules::GrowMark>* grow_marks = nullptr;
  const std::vector<rules::NodeMark>* node_marks = nullptr;
  const rules::RuleSet* rules = nullptr;
  WallTime now = kNow;

  rules::Firing& fires(rules::Rule rule, rules::Subject subject) {
    auto set = std::make_shared<rules::RuleSet>();
    rule.subject = subject.kind;
    set->rules.push_back(std::move(rule));
    rules::Firing firing;
    firing.rule = &set->rules.front();
    firing.rules = set;
    firing.subject = std::move(subject);
    firing.phase = rules::Phase::kFiring;
    firing.value = 0.95;
    firing.first_sample_at = now - Milliseconds(3000);
    firing.held = "2 of 3 samples";
    firings.push_back(std::move(firing));
    return firings.back();
  }
  rules::Firing& domain_fires(const std::string& name, rules::Rule rule) {
    rules::Subject subject{rules::SubjectKind::kDomain, "", uuid_of(name), {{"domain", name}}};
    if (const model::DomainRef found = cluster.find_domain(uuid_of(name))) {
      subject.node_uuid = found.node->uuid();
      subject.labels["node"] = found.node->name();
    }
    return fires(std::move(rule), std::move(subject));
  }
  rules::Firing& domain_fires(const std::string& name, std::vector<rules::Remedy> remedies) {
    return domain_fires(name, rule_of("DomainCpuHot", std::move(remedies)));
  }
  rules::Firing& node_fires(const std::string& name, rules::Rule rule) {
    return fires(std::move(rule), {rules::SubjectKind::kNode, uuid_of(name), "", {{"node", name}}});
  }
  rules::Firing& node_fires(const std::string& name, std::vector<rules::Remedy> remedies) {
    return node_fires(name, rule_of("NodeCpuHot", std::move(remedies)));
  }

  // An action of another rule that is under way.
  void under_way(const std::string& domain_name, const std::string& node_name, model::Step step) {
    model::Action action;
    action.id = "0-" + domain_name;
    action.domain_uuid = uuid_of(domain_name);
    action.domain_name = domain_name;
    action.node_uuid = uuid_of(node_name);
    action.node_name = node_name;
    action.step = std::move(step);
    action.rule = "Another";
    in_flight.push_back({action, model::ActionState::kStarted});
  }

  PlanInput input() const {
    return {.cluster = cluster,
            .firings = firings,
            .in_flight = in_flight,
            .cooldowns = cooldowns,
            .node_action_ended = node_action_ended,
            .daemon_mode = daemon_mode,
            .limits = limits,
            .margins = margins,
            .freshness = freshness,
            .now = now,
            .migration = migration,
            .migrations = migrations,
            .restraints = restraints,
            .steps = steps,
            .memory = memory,
            .grow_marks = grow_marks,
            .node_marks = node_marks,
            .rules = rules,
            .id_prefix = "1-1"};
  }
  std::vector<Decision> plan() const { return plan::plan(input()); }
  // The decision of a round that makes exactly one.
  Decision only() const {
    std::vector<Decision> decisions = plan();
    EXPECT_EQ(decisions.size(), 1u);
    return decisions.empty() ? Decision{} : std::move(decisions.front());
  }
};

inline model::MigrateTo migrate_to(const std::string& name) {
  return {uuid_of(name), name, "qemu+tcp://" + name + "/system"};
}

// For failures: all decisions as an operator reads them.
inline std::string shown(const std::vector<Decision>& decisions) {
  std::string text;
  for (const Decision& decision : decisions) text += explain(decision);
  return text.empty() ? "no decision" : text;
}

// How GoogleTest prints them.
inline void PrintTo(const Decision& decision, std::ostream* out) { *out << explain(decision); }
inline void PrintTo(Outcome outcome, std::ostream* out) { *out << to_string(outcome); }

// "vCPUs 1 → 2", "migrate to h2", or "nothing".
inline std::string step_of(const Decision& decision) {
  return decision.action ? model::describe(decision.action->step) : "nothing";
}

// "a to h2: no_cpu, h2 would be …": one line of each thing that was refused.
inline std::vector<std::string> refusals_of(const Decision& decision) {
  std::vector<std::string> lines;
  for (const Considered& one : decision.considered) {
    std::string where = one.domain;
    if (!one.target.empty()) where += " to " + one.target;
    lines.push_back((where.empty() ? "" : where + ": ") + std::string(model::to_string(one.refusal.kind)) + ", " +
                    one.refusal.message);
  }
  return lines;
}

}  // namespace hotspot::plan
