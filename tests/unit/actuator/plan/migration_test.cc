// Where to: the best target by projection, and what keeps a domain from a target.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Migrate;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNowhere = "no_target, a can go nowhere that would help";

telemetry::Policy in_group(const std::string& group) {
  telemetry::Policy policy;
  policy.group = group;
  return policy;
}
telemetry::Policy with_affinity(const std::string& group) {
  telemetry::Policy policy;
  policy.affinity = {group};
  return policy;
}
telemetry::Policy with_anti_affinity(const std::string& group) {
  telemetry::Policy policy;
  policy.anti_affinity = {group};
  return policy;
}

// A hot node with domain "a", which uses one core; and the others.
Round hot_h1(const telemetry::DomainSample& a, std::vector<telemetry::NodeSnapshot> others) {
  others.push_back(node("h1").cpu(0.9).with(a));
  Round round(others);
  round.domain_fires("a", {Migrate{}});
  return round;
}
Round hot_h1(std::vector<telemetry::NodeSnapshot> others) { return hot_h1(domain("a").cpu(1.0), std::move(others)); }

TEST(MigrationTarget, IsTheNodeWithTheLowestCpuAfterTheMove) {
  const Decision decision = hot_h1({node("h2").cpu(0.3), node("h3").cpu(0.1), node("h4").cpu(0.2)}).only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_EQ(std::get<model::MigrateTo>(decision.action->step), migrate_to("h3"));
  EXPECT_EQ(decision.action->node_uri, "qemu+tcp://h1/system");
}

TEST(MigrationTarget, IsJudgedAfterTheMoveBecauseNodesDifferInSize) {
  const Decision decision = hot_h1({node("h2").cpus(16).cpu(0.2), node("h3").cpu(0.1)}).only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << "26 % of 16 CPUs against 35 % of 4\n" << explain(decision);
}

TEST(MigrationTarget, OfEquallyBusyNodesIsTheOneWithTheMostMemory) {
  const auto small = node("h2").memory(8 * kGibibyte, 4 * kGibibyte);
  const auto large = node("h3").memory(8 * kGibibyte, 6 * kGibibyte);
  EXPECT_EQ(step_of(hot_h1({small, large}).only()), "migrate to h3");
}

TEST(MigrationTarget, OfEqualNodesIsAlwaysTheLowerUuid) {
  EXPECT_EQ(step_of(hot_h1({node("h4"), node("h2"), node("h3")}).only()), "migrate to h2");
}

TEST(MigrationTarget, TellsTheEffectOnBothNodes) {
  const Decision decision = hot_h1({node("h2").cpu(0.1)}).only();
  ASSERT_EQ(decision.effects.size(), 2u) << explain(decision);
  const Effect &source = decision.effects[0], &target = decision.effects[1];
  EXPECT_EQ(source.node, "h1");
  EXPECT_NEAR(source.cpu_ratio_before.value(), 0.9, 1e-9);
  EXPECT_NEAR(source.cpu_ratio_after.value(), 0.65, 1e-9);
  EXPECT_EQ(target.node, "h2");
  EXPECT_NEAR(target.cpu_ratio_before.value(), 0.1, 1e-9);
  EXPECT_NEAR(target.cpu_ratio_after.value(), 0.35, 1e-9);
  EXPECT_GT(target.memory_used_ratio_after.value(), target.memory_used_ratio_before.value());
}

TEST(MigrationTarget, MustHaveCpuAndMemoryLeftWithTheMargins) {
  const Decision decision = hot_h1({node("h2").cpu(0.6), node("h3").memory(4 * kGibibyte, 900 * kMebibyte)}).only();
  EXPECT_THAT(refusals_of(decision),
              ElementsAre("a to h2: no_cpu, h2 would be at 85 % of its 4 CPUs, the ceiling is 80 %",
                          "a to h3: no_memory, h3 would have 324 MiB of 4 GiB memory available, the margin is 410 MiB",
                          kNowhere));
}

TEST(MigrationTarget, MustBeFresh) {
  const auto stale = node("h2").cpu(0.01).at(kNow - Milliseconds(10'000));
  EXPECT_THAT(refusals_of(hot_h1({stale}).only()),
              ElementsAre("a to h2: stale, the newest snapshot of h2 is 10 s old", kNowhere));
  EXPECT_EQ(step_of(hot_h1({stale, node("h3").cpu(0.2)}).only()), "migrate to h3");
}

TEST(MigrationTarget, MustTellItsLoad) {
  const auto silent = node("h2").set(&model::NodeSample::cpu_ratio, std::nullopt);
  EXPECT_THAT(refusals_of(hot_h1({silent}).only()),
              ElementsAre("a to h2: not_measured, h2 has not reported its CPU use", kNowhere));
}

TEST(MigrationTarget, MustSuitTheDomain) {
  const Decision decision =
      hot_h1({node("arm").set(&model::NodeSample::arch, "aarch64"), node("far").set(&model::NodeSample::uri, ""),
              node("xen").set(&model::NodeSample::hypervisor, "Xen")})
          .only();
  EXPECT_THAT(refusals_of(decision),
              ElementsAre("a to arm: incompatible, arm is aarch64, not x86_64",
                          "a to far: incompatible, far has not reported the URI at which it is reached",
                          "a to xen: incompatible, xen runs Xen, not QEMU", kNowhere));
}

TEST(MigrationTarget, DoesNotHelpADomainThatSomethingHoldsWhereItIs) {
  const Decision decision =
      hot_h1(domain("a").cpu(1.0).obstacle("host device 0000:01:00.0 is passed through"), {node("h2")}).only();
  EXPECT_THAT(refusals_of(decision),
              ElementsAre("a to h2: not_migratable, host device 0000:01:00.0 is passed through", kNowhere));
}

TEST(MigrationTarget, MustBeBetterThanWhereTheDomainIs) {
  Round round({node("h1").cpu(0.5).with(domain("a").cpu(0.4)), node("h2").cpu(0.4)});
  round.domain_fires("a", {Migrate{}});
  EXPECT_THAT(
      refusals_of(round.only()),
      ElementsAre("a to h2: no_cpu, h2 would be at 50 % of its CPUs, no better than h1 is now at 50 %", kNowhere));
}

TEST(MigrationAffinity, KeepsADomainFromTheGroupsThatItDoesNotWant) {
  const auto with_db = node("h2").with(domain("db").policy(in_group("db")));
  const auto a = domain("a").cpu(1.0).policy(with_anti_affinity("db"));
  EXPECT_THAT(refusals_of(hot_h1(a, {with_db}).only()),
              ElementsAre("a to h2: affinity, a domain of group 'db' runs on h2", kNowhere));
  EXPECT_EQ(step_of(hot_h1(a, {with_db, node("h3").cpu(0.4)}).only()), "migrate to h3");
}

TEST(MigrationAffinity, HoldsTheOtherWayToo) {
  const auto with_db = node("h2").with(domain("db").policy(with_anti_affinity("web")));
  const auto a = domain("a").cpu(1.0).policy(in_group("web"));
  EXPECT_THAT(refusals_of(hot_h1(a, {with_db}).only()),
              ElementsAre("a to h2: affinity, db on h2 does not go with group 'web'", kNowhere));
}

TEST(MigrationAffinity, KeepsADomainWithTheGroupsThatItNeeds) {
  const auto with_db = node("h3").cpu(0.4).with(domain("db").policy(in_group("db")));
  const Decision decision = hot_h1(domain("a").cpu(1.0).policy(with_affinity("db")), {node("h2"), with_db}).only();
  EXPECT_EQ(step_of(decision), "migrate to h3");
  EXPECT_THAT(refusals_of(decision), ElementsAre("a to h2: affinity, no domain of group 'db' runs on h2"));
}

TEST(MigrationAffinity, CountsOnlyDomainsThatRun) {
  const auto off = [](telemetry::Policy policy) {
    return domain("db").state(telemetry::DomainState::kShutoff).policy(std::move(policy));
  };
  EXPECT_EQ(
      step_of(
          hot_h1(domain("a").cpu(1.0).policy(with_anti_affinity("db")), {node("h2").with(off(in_group("db")))}).only()),
      "migrate to h2");
  EXPECT_EQ(
      step_of(hot_h1(domain("a").cpu(1.0).policy(in_group("web")), {node("h2").with(off(with_anti_affinity("web")))})
                  .only()),
      "migrate to h2");
  EXPECT_EQ(
      step_of(hot_h1(domain("a").cpu(1.0).policy(with_affinity("db")), {node("h2").with(off(in_group("db")))}).only()),
      "nothing");
}

TEST(MigrationLimits, LeaveOneMigrationAwayFromANode) {
  Round round = hot_h1({node("h2"), node("h3")});
  round.under_way("b", "h1", migrate_to("h3"));
  EXPECT_THAT(refusals_of(round.only()), ElementsAre("too_many, a migration away from h1 is under way already"));
  round.limits.migrations_out_per_node = 2;
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
}

TEST(MigrationLimits, LeaveOneMigrationToANode) {
  Round round = hot_h1({node("h2"), node("h3").cpu(0.3), node("h4").cpu(0.8)});
  round.under_way("b", "h4", migrate_to("h2"));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3");
  EXPECT_THAT(refusals_of(decision), Contains("a to h2: too_many, a migration to h2 is under way already"));
}

TEST(MigrationLimits, LeaveAFewMigrationsInTheCluster) {
  Round round = hot_h1({node("h2"), node("h3"), node("h4"), node("h5"), node("h6")});
  round.under_way("b", "h3", migrate_to("h4"));
  round.under_way("c", "h5", migrate_to("h6"));
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("too_many, 2 migrations are under way in the cluster, the limit is 2"));
}

TEST(MigrationLimits, DoNotCountWhatNobodyCanTellOfBecauseItsNodeIsAway) {
  Round round = hot_h1({node("h2"), node("h4").with(domain("b")).at(kNow - Milliseconds(60'000))});
  round.limits.migrations_per_cluster = round.limits.actions_per_cluster = 1;
  round.under_way("b", "h4", migrate_to("h2"));
  EXPECT_EQ(step_of(round.only()), "nothing") << "its libvirtd answers: the migration goes on";
  round.in_flight.front().unanswered = true;
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
  round.in_flight.front().action.domain_uuid = uuid_of("a");
  EXPECT_EQ(step_of(round.only()), "nothing") << "its own domain is left alone";
}

TEST(MigrationLimits, CountWhatIsNotAnsweredWhileBothNodesAreWell) {
  Round round = hot_h1({node("h2"), node("h4").with(domain("b"))});
  round.under_way("b", "h4", migrate_to("h2"));
  round.in_flight.front().unanswered = true;
  EXPECT_THAT(refusals_of(round.only()), Contains("a to h2: too_many, a migration to h2 is under way already"));
}

TEST(MigrationSettling, WaitsForFreshFiguresOfTheSource) {
  Round round = hot_h1({node("h2")});
  round.limits.settle_samples = 2;
  round.node_action_ended[uuid_of("h1")] = kNow - Milliseconds(1999);
  EXPECT_THAT(round.plan(), IsEmpty()) << shown(round.plan());
  round.node_action_ended[uuid_of("h1")] = kNow - Milliseconds(2000);
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
}

TEST(MigrationSettling, TakesATargetWhoseFiguresAreOfAfterTheActionBefore) {
  Round round = hot_h1({node("h2"), node("h3").cpu(0.4)});
  round.node_action_ended[uuid_of("h2")] = kNow - Milliseconds(500);
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3");
  EXPECT_THAT(refusals_of(decision),
              ElementsAre("a to h2: settling, the figures of h2 are still of the time of the action before; it needs 2 "
                          "fresh snapshots"));
}

TEST(MigrationSettling, OfTheOnlyTargetIsNoReasonToSayThatThereIsNone) {
  Round round = hot_h1({node("h2")});
  round.node_action_ended[uuid_of("h2")] = kNow - Milliseconds(500);
  EXPECT_THAT(round.plan(), IsEmpty()) << shown(round.plan());
}

TEST(MigrationSettling, IsMentionedWhenAnotherTargetIsRefusedForGood) {
  Round round = hot_h1({node("h2"), node("h3").cpu(0.79)});
  round.node_action_ended[uuid_of("h2")] = kNow - Milliseconds(500);
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre(HasSubstr("a to h2: settling"), HasSubstr("a to h3: no_cpu"), kNowhere));
}

TEST(MigrationSubject, ThatIsNotThereAnyMoreIsSaidSo) {
  Round round({node("h1"), node("h2")});
  round.domain_fires("gone", {Migrate{}});
  round.node_fires("h9", {Migrate{}});
  const std::vector<Decision> decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u) << shown(decisions);
  EXPECT_THAT(refusals_of(decisions[0]),
              ElementsAre("not_running, it is in no snapshot now: it was stopped, or it is between two nodes"));
  EXPECT_THAT(refusals_of(decisions[1]), ElementsAre("not_running, the subject is not in the snapshots any more"));
}

TEST(MigrationSubject, WhoseLoadIsNotKnownStaysWhereItIs) {
  const auto a = domain("a").set(&model::DomainSample::cpu_ratio, std::nullopt);
  EXPECT_THAT(refusals_of(hot_h1(a, {node("h2")}).only()),
              ElementsAre("a: not_measured, the load of a is not known", kNowhere));
}

TEST(MigrationTarget, Law5CountsAMoveThatIsUnderWayForAntiAffinity) {
  const auto a = domain("a").cpu(1.0).policy(with_anti_affinity("db"));
  Round round({node("h1").cpu(0.9).with(a), node("h2"), node("h3").cpu(0.3).with(domain("db").policy(in_group("db")))});
  round.limits.migrations_in_per_node = 2;
  round.domain_fires("a", {Migrate{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << shown(round.plan());
  round.under_way("db", "h3", migrate_to("h2"));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing") << "db arrives on h2, and may stay on h3";
  EXPECT_THAT(refusals_of(decision), Contains("a to h2: affinity, a domain of group 'db' runs on h2"));
}

TEST(MigrationTarget, Law5CountsWhatTheSameRoundHasPlannedForAntiAffinity) {
  telemetry::Policy apart = in_group("db");
  apart.anti_affinity = {"db"};
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(1.0).policy(apart)),
               node("h2").cpu(0.9).with(domain("b").cpu(1.0).policy(apart)),
               node("h3").cpus(16).memory(64 * kGibibyte, 60 * kGibibyte)});
  round.limits.migrations_in_per_node = 2;
  round.domain_fires("a", {Migrate{}});
  round.domain_fires("b", {Migrate{}});
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(step_of(decisions[0]), "migrate to h3") << shown(decisions);
  EXPECT_EQ(step_of(decisions[1]), "nothing") << shown(decisions);
}

TEST(MigrationTarget, DoesNotFollowADomainThatIsLeaving) {
  const auto with_db = node("h2").with(domain("db").policy(in_group("db")));
  Round round = hot_h1(domain("a").cpu(1.0).policy(with_affinity("db")), {with_db, node("h3")});
  round.under_way("db", "h2", migrate_to("h3"));
  round.limits.migrations_in_per_node = 2;
  EXPECT_EQ(step_of(round.only()), "nothing") << shown(round.plan());
}

}  // namespace
}  // namespace hotspot::plan
