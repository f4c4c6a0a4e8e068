// What must hold of every migration, whatever the rule is about: many random clusters, the same in every run.
#include <gtest/gtest.h>

#include "actuator/plan/relief.h"
#include "tests/unit/actuator/plan/random_numbers.h"
#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

class HotClusters : RandomNumbers {
 public:
  using RandomNumbers::RandomNumbers;

  Round round() {
    std::vector<telemetry::NodeSnapshot> snapshots;
    const int nodes = between(2, 7);
    for (int n = 0; n < nodes; ++n) snapshots.push_back(some_node("h" + std::to_string(n)));
    Round round(snapshots);
    round.limits.migrations_per_cluster = 4;
    for (const telemetry::NodeSnapshot& snapshot : snapshots) add_firings(round, snapshot.node);
    return round;
  }

 private:
  telemetry::NodeSnapshot some_node(const std::string& name) {
    auto made = node(name).cpus(16 << between(0, 2)).cpu(percent(5, 100));
    made.memory(64 * kGibibyte, between(3, 60) * kGibibyte);
    const int guests = between(0, 12);
    for (int i = 0; i < guests; ++i) {
      const std::int64_t size = between(1, 12) * kGibibyte;
      const int vcpus = between(1, 8);
      made.with(domain(name + "-" + std::to_string(i))
                    .vcpus(vcpus, vcpus)
                    .cpu(percent(1, 100))
                    .memory(size, size)
                    .used(0.5)
                    .set(&telemetry::DomainSample::cpu_steal_ratio, percent(0, 20)));
    }
    return made;
  }

  void add_firings(Round& round, const telemetry::NodeSample& host) {
    rules::Rule cpu = rule_of("Cpu", {rules::Migrate{static_cast<rules::Select>(between(0, 2))}});
    cpu.aims = {{.resource = AimedAt::kCpu, .above = 0.70}};
    if (*host.cpu_ratio > 0.70) round.node_fires(host.name, cpu);
    rules::Rule memory = rule_of("Memory", {rules::Migrate{}});
    memory.aims = {{.resource = AimedAt::kMemory, .above = 0.85}};
    if (1 - static_cast<double>(*host.memory_available_bytes) / static_cast<double>(host.memory_bytes) > 0.85)
      round.node_fires(host.name, memory);
  }
};

// The plan of a round is one projection: each action's effects are checked on what came before it.
void check(const Round& round, const Decision& decision, model::Projection& projection) {
  const auto& step = std::get<model::MigrateTo>(decision.action->step);
  const model::DomainRef moved = round.cluster.find_domain(decision.action->domain_uuid);
  const model::Node& target = *round.cluster.find_node(step.target_uuid);
  const auto source_before = used_ratio(projection, *moved.node, decision.about).value();
  projection.assume_arrival(moved, target);
  const model::NodeProjection after = projection.node(target);
  EXPECT_LE(after.cpu_ratio().value(), round.margins.node_cpu_ceiling_ratio + 1e-9);
  EXPECT_LE(after.memory_used_ratio().value(), 1 - round.margins.node_memory_margin_ratio + 1e-9);
  const bool memory = decision.rule == "Memory";
  EXPECT_EQ(decision.about, memory ? AimedAt::kMemory : AimedAt::kCpu);
  EXPECT_LT(used_ratio(projection, target, decision.about).value(), memory ? 0.85 : 0.70)
      << "its rule would hold there";
  EXPECT_LT(used_ratio(projection, target, decision.about).value(), source_before);
  EXPECT_GT(share_of(moved, decision.about).value(), 0);
}

TEST(EveryMigration, BringsNoNodeAboveItsLimitOrTheMarkOfItsRule) {
  int moved = 0, by_memory = 0, of_several = 0, refused = 0;
  for (unsigned seed = 0; seed < 1200 && !HasFailure(); ++seed) {
    const Round round = HotClusters(seed).round();
    const std::vector<Decision> decisions = round.plan();
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + shown(decisions));
    model::Projection projection(round.cluster);
    for (const Decision& decision : decisions) {
      if (!decision.action) {
        ++refused;
        continue;
      }
      ++moved;
      by_memory += decision.rule == "Memory";
      of_several += decision.plan.starts_with("the first of");
      check(round, decision, projection);
    }
  }
  EXPECT_GT(moved, 300) << "the random clusters are too quiet to say anything";
  EXPECT_GT(by_memory, 50);
  EXPECT_GT(of_several, 50);
  EXPECT_GT(refused, 50);
}

// A single move ends at the goal; one of several says where all of them end; one that only relieves says so.
TEST(EveryMigration, CuresOrSaysThatItDoesNot) {
  for (unsigned seed = 0; seed < 1200 && !HasFailure(); ++seed) {
    const Round round = HotClusters(seed).round();
    for (const Decision& decision : round.plan()) {
      if (!decision.action || !decision.plan.empty()) continue;
      const bool memory = decision.rule == "Memory";
      const Effect& source = decision.effects.front();
      const double after = memory ? source.memory_used_ratio_after.value() : source.cpu_ratio_after.value();
      EXPECT_LT(after, memory ? 0.85 : 0.70) << "seed " << seed << "\n" << explain(decision);
    }
  }
}

TEST(EveryMigration, IsTheSameWhenItIsPlannedTwice) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    const Round round = HotClusters(seed).round(), again = HotClusters(seed).round();
    EXPECT_EQ(shown(round.plan()), shown(round.plan())) << "seed " << seed;
    EXPECT_EQ(shown(round.plan()), shown(again.plan())) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hotspot::plan
