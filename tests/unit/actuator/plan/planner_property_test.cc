// What must hold of every plan, whatever the cluster: many random ones, the same in every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "actuator/model/load.h"
#include "tests/unit/actuator/plan/random_numbers.h"
#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

class World : RandomNumbers {
 public:
  using RandomNumbers::RandomNumbers;

  Round round() {
    std::vector<telemetry::NodeSnapshot> snapshots;
    const int nodes = between(2, 8);
    for (int n = 0; n < nodes; ++n) snapshots.push_back(random_node("h" + std::to_string(n)));
    Round round(snapshots);
    round.daemon_mode = one_in(6) ? random_mode() : Mode::kEnforce;
    round.limits.migrations_per_cluster = between(0, 4);
    round.limits.migrations_in_per_node = between(1, 2);
    round.limits.migrations_out_per_node = between(1, 2);
    round.limits.actions_per_cluster = between(0, 8);
    for (const telemetry::NodeSnapshot& snapshot : snapshots) fill(round, snapshot);
    return round;
  }

 private:
  double ratio() { return percent(0, 100); }
  Mode random_mode() { return static_cast<Mode>(between(0, 2)); }

  telemetry::NodeSnapshot random_node(const std::string& name) {
    auto result = node(name).cpus(1 << between(1, 5)).cpu(ratio());
    result.memory(16 * kGibibyte, between(0, 16) * kGibibyte);
    if (one_in(8)) result.set(&model::NodeSample::cpu_ratio, std::nullopt);
    if (one_in(8)) result.set(&model::NodeSample::memory_available_bytes, std::nullopt);
    if (one_in(8)) result.at(kNow - Milliseconds(60'000));
    const int domains = between(0, 6);
    for (int d = 0; d < domains; ++d) result.with(random_domain(name + "-" + std::to_string(d)));
    return result;
  }

  telemetry::DomainSample random_domain(const std::string& name) {
    const int vcpus = between(1, 4);
    const std::int64_t balloon = between(1, 8) * 256 * kMebibyte;
    auto result = domain(name).vcpus(vcpus, between(vcpus, 8)).cpu(ratio()).memory(balloon, balloon * 2).used(ratio());
    if (one_in(10)) result.set(&model::DomainSample::cpu_ratio, std::nullopt);
    if (one_in(10)) result.set(&model::DomainSample::memory_usable_bytes, std::nullopt);
    if (one_in(10)) result.state(telemetry::DomainState::kPaused);
    if (one_in(10)) result.obstacle("a host device is passed through");
    telemetry::Policy policy;
    if (one_in(6)) policy.mode = rules::to_string(random_mode());
    if (one_in(6)) policy.vcpus_max = between(1, 6);
    if (one_in(6)) policy.group = one_in(2) ? "db" : "web";
    if (one_in(6)) policy.anti_affinity = {one_in(2) ? "db" : "web"};
    return result.policy(policy);
  }

  void fill(Round& round, const telemetry::NodeSnapshot& snapshot) {
    const std::string& host = snapshot.node.name;
    if (one_in(6)) round.node_action_ended[uuid_of(host)] = kNow - Milliseconds(between(0, 3000));
    if (one_in(2)) round.node_fires(host, random_rule("Node" + host));
    for (const telemetry::DomainSample& sample : snapshot.domains) {
      if (one_in(8)) round.cooldowns.note({sample.uuid, kNow, std::chrono::minutes(1)}, round.limits);
      if (one_in(5)) round.under_way(sample.name, host, random_step(sample));
      if (one_in(2)) round.domain_fires(sample.name, random_rule("Domain")).fresh = !one_in(6);
    }
  }

  model::Step random_step(const telemetry::DomainSample& sample) {
    switch (between(0, 2)) {
      case 0:
        return model::SetVcpus{*sample.vcpus, between(1, 8)};
      case 1:
        return model::SetBalloon{*sample.memory_balloon_bytes, between(1, 16) * 256 * kMebibyte};
      default:
        return migrate_to("h" + std::to_string(between(0, 1)));
    }
  }

  rules::Rule random_rule(const std::string& name) {
    std::vector<rules::Remedy> remedies;
    if (one_in(2)) remedies.push_back(rules::ScaleVcpus{.by = one_in(4) ? -1 : between(1, 3)});
    if (one_in(2))
      remedies.push_back(rules::ScaleMemory{.by_bytes = (one_in(3) ? -1 : 1) * between(1, 8) * 128 * kMebibyte});
    if (one_in(2)) remedies.push_back(rules::Migrate{static_cast<rules::Select>(between(0, 2))});
    rules::Rule rule = rule_of(name, remedies);
    if (one_in(5)) rule.mode = random_mode();
    return rule;
  }
};

struct Change {
  double cores_in = 0, cores_out = 0;
  std::int64_t bytes_in = 0, bytes_out = 0;
  int arrivals = 0, departures = 0;
  bool planned_cores = false, planned_bytes = false;  // this plan adds to the node
};

struct Sum {
  std::map<std::string, Change> nodes;
  int actions = 0, migrations = 0;
};

void add_move(const Round& round, const model::Action& action, Sum& sum, bool planned) {
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  if (move == nullptr) return;
  ++sum.migrations;
  Change &source = sum.nodes[action.node_uuid], &target = sum.nodes[move->target_uuid];
  ++source.departures;
  ++target.arrivals;
  const model::DomainRef found = round.cluster.find_domain(action.domain_uuid);
  const double cores = model::domain_cores_used(*found.domain).value_or(0);
  const std::int64_t bytes = model::domain_footprint_bytes(*found.domain).value_or(0);
  source.cores_out += cores;
  source.bytes_out += bytes;
  target.cores_in += cores;
  target.bytes_in += bytes;
  if (planned) target.planned_cores = target.planned_bytes = true;
}

// What the plan and what is under way do to the nodes. What a guest gives back counts as free only for the plan's own.
Sum sum_of(const Round& round, const std::vector<Decision>& decisions) {
  Sum sum;
  for (const InFlight& entry : round.in_flight) {
    ++sum.actions;
    add_move(round, entry.action, sum, false);
    Change& change = sum.nodes[entry.action.node_uuid];
    if (const auto* vcpus = std::get_if<model::SetVcpus>(&entry.action.step)) {
      change.cores_in += std::max(0, vcpus->to - vcpus->from);
    } else if (const auto* balloon = std::get_if<model::SetBalloon>(&entry.action.step)) {
      change.bytes_in += std::max<std::int64_t>(0, balloon->to_bytes - balloon->from_bytes);
    }
  }
  for (const Decision& decision : decisions) {
    if (!decision.action) continue;
    ++sum.actions;
    add_move(round, *decision.action, sum, true);
    Change& change = sum.nodes[decision.action->node_uuid];
    if (const auto* vcpus = std::get_if<model::SetVcpus>(&decision.action->step)) {
      const auto used = model::domain_cores_used(*round.cluster.find_domain(decision.action->domain_uuid).domain);
      const double added = std::max(0, vcpus->to - vcpus->from);
      const double expected = used ? std::min(added, *used / 2) : added;
      change.cores_in += expected;
      if (expected > 0) change.planned_cores = true;
    } else if (const auto* balloon = std::get_if<model::SetBalloon>(&decision.action->step)) {
      const std::int64_t added = balloon->to_bytes - balloon->from_bytes;
      (added > 0 ? change.bytes_in : change.bytes_out) += std::abs(added);
      if (added > 0) change.planned_bytes = true;
    }
  }
  return sum;
}

void check_nodes(const Round& round, const Sum& sum) {
  for (const auto& [uuid, change] : sum.nodes) {
    const model::Node* found = round.cluster.find_node(uuid);
    if (found == nullptr) continue;
    const telemetry::NodeSample& host = found->snapshot->node;
    if (change.planned_cores) {
      ASSERT_TRUE(host.cpu_ratio) << host.name << " was filled without being measured";
      const double cores = *host.cpu_ratio * host.cpus + change.cores_in - change.cores_out;
      EXPECT_LE(cores / host.cpus, round.margins.node_cpu_ceiling_ratio + 1e-9) << host.name;
    }
    if (change.planned_bytes) {
      ASSERT_TRUE(host.memory_available_bytes) << host.name << " was filled without being measured";
      const std::int64_t left = *host.memory_available_bytes - change.bytes_in + change.bytes_out;
      EXPECT_GE(static_cast<double>(left) + 1,
                round.margins.node_memory_margin_ratio * static_cast<double>(host.memory_bytes))
          << host.name;
    }
  }
}

// What is only recommended takes no place, but is recommended only where there would be one.
void check_limits(const Round& round, const std::vector<Decision>& all) {
  std::vector<Decision> decisions;
  std::copy_if(all.begin(), all.end(), std::back_inserter(decisions),
               [](const Decision& decision) { return decision.outcome == Outcome::kAct; });
  const Sum sum = sum_of(round, decisions);
  for (const Decision& decision : all) {
    if (decision.outcome != Outcome::kRecommend) continue;
    EXPECT_LT(sum.actions, round.limits.actions_per_cluster);
    if (std::holds_alternative<model::MigrateTo>(decision.action->step)) {
      EXPECT_LT(sum.migrations, round.limits.migrations_per_cluster);
    }
  }
  const auto planned = [&](auto&& counts) {
    return std::any_of(decisions.begin(), decisions.end(),
                       [&](const Decision& d) { return d.action && counts(*d.action); });
  };
  const auto moves = [](const model::Action& a) { return std::holds_alternative<model::MigrateTo>(a.step); };
  if (planned([](const model::Action&) { return true; })) {
    EXPECT_LE(sum.actions, round.limits.actions_per_cluster);
  }
  if (planned(moves)) {
    EXPECT_LE(sum.migrations, round.limits.migrations_per_cluster);
  }
  for (const auto& [node, change] : sum.nodes) {
    const std::string& uuid = node;  // clang 14 cannot capture a structured binding
    if (planned([&](const model::Action& a) { return moves(a) && a.node_uuid == uuid; })) {
      EXPECT_LE(change.departures, round.limits.migrations_out_per_node) << uuid;
    }
    if (planned([&](const model::Action& a) {
          return moves(a) && std::get<model::MigrateTo>(a.step).target_uuid == uuid;
        })) {
      EXPECT_LE(change.arrivals, round.limits.migrations_in_per_node) << uuid;
    }
  }
}

const rules::Firing& firing_of(const Round& round, const Decision& decision) {
  for (const rules::Firing& firing : round.firings) {
    if (firing.rule->name == decision.rule && firing.subject.key() == decision.subject_key) return firing;
  }
  ADD_FAILURE() << "a decision about nothing that fires: " << decision.sentence;
  return round.firings.front();
}

void check_action(const Round& round, const Decision& decision, std::set<std::string>& touched) {
  const model::Action& action = *decision.action;
  const model::DomainRef found = round.cluster.find_domain(action.domain_uuid);
  ASSERT_TRUE(found);
  EXPECT_EQ(found.node->uuid(), action.node_uuid);
  EXPECT_TRUE(model::is_running(*found.domain));
  EXPECT_FALSE(round.cooldowns.refusal(action.domain_uuid, round.now));
  EXPECT_TRUE(touched.insert(action.domain_uuid).second) << action.domain_name << " is touched twice";
  const rules::Firing& firing = firing_of(round, decision);
  EXPECT_TRUE(firing.fresh);
  Mode mode = std::min(round.daemon_mode, firing.rule->mode);
  if (found.domain->policy.mode) mode = std::min(mode, *rules::mode_from_string(*found.domain->policy.mode));
  EXPECT_NE(mode, Mode::kObserve);
  EXPECT_EQ(decision.outcome, mode == Mode::kEnforce ? Outcome::kAct : Outcome::kRecommend);
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) {
    EXPECT_GE(vcpus->to, 1);
    EXPECT_LE(vcpus->to, *found.domain->vcpus_max);
    if (vcpus->to > vcpus->from) {
      EXPECT_LE(vcpus->to, found.domain->policy.vcpus_max.value_or(INT32_MAX));
    }
  } else if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step)) {
    EXPECT_LE(balloon->to_bytes, *found.domain->memory_balloon_max_bytes);
    if (balloon->to_bytes < balloon->from_bytes) {
      EXPECT_TRUE(found.domain->memory_usable_bytes);
    }
  } else {
    const model::Node* target = round.cluster.find_node(std::get<model::MigrateTo>(action.step).target_uuid);
    ASSERT_NE(target, nullptr);
    EXPECT_NE(target->uuid(), action.node_uuid);
    EXPECT_FALSE(model::is_stale(*target, round.now, round.freshness));
    EXPECT_TRUE(found.domain->migration_obstacles.empty());
  }
}

TEST(EveryPlan, KeepsCeilingsMarginsLimitsAndModes) {
  int acted = 0, moved = 0, decided = 0;
  for (unsigned seed = 0; seed < 1500 && !HasFailure(); ++seed) {
    const Round round = World(seed).round();
    const std::vector<Decision> decisions = round.plan();
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + shown(decisions));
    const Sum sum = sum_of(round, decisions);
    check_nodes(round, sum);
    check_limits(round, decisions);
    std::set<std::string> touched;
    for (const InFlight& entry : round.in_flight) touched.insert(entry.action.domain_uuid);
    for (const Decision& decision : decisions) {
      ++decided;
      EXPECT_FALSE(decision.sentence.empty());
      EXPECT_EQ(decision.action.has_value(), decision.outcome != Outcome::kNothing);
      if (!decision.action) continue;
      ++acted;
      if (std::holds_alternative<model::MigrateTo>(decision.action->step)) ++moved;
      check_action(round, decision, touched);
    }
  }
  EXPECT_GT(decided, 1000) << "the random clusters are too quiet to say anything";
  EXPECT_GT(acted, 300);
  EXPECT_GT(moved, 80);
}

TEST(EveryPlan, IsTheSameForTheSameInput) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    const Round round = World(seed).round(), again = World(seed).round();
    EXPECT_EQ(shown(round.plan()), shown(again.plan())) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hotspot::plan
