// What an operator orders is planned with all that guards an action; his word stands in the place of a rule, and of
// what keeps rules from doing and undoing the same.
#include "actuator/plan/order.h"

#include <gmock/gmock.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Ordered : public ::testing::Test {
 protected:
  static telemetry::DomainSample guest(const std::string& name) {
    return domain(name).vcpus(2, 4).cpu(0.5).memory(2 * kGibibyte, 4 * kGibibyte);
  }
  static telemetry::NodeSnapshot at(const std::string& name, double cpu) {
    return node(name).cpus(8).cpu(cpu).memory(64 * kGibibyte, 40 * kGibibyte);
  }
  static std::vector<telemetry::NodeSnapshot> nodes(double h2_cpu = 0.3) {
    return {node("h1").cpus(8).cpu(0.4).memory(64 * kGibibyte, 40 * kGibibyte).with(guest("a")).with(guest("b")),
            at("h2", h2_cpu), at("h3", 0.1)};
  }
  template <typename What>
  static Order order(What what, const std::string& name = "a") {
    return {uuid_of(name), what, "ada", "new fans"};
  }
  template <typename What>
  static Decision decided(const Round& round, What what, const std::string& name = "a") {
    const Order asked = order(what, name);
    PlanInput input = round.input();
    input.order = &asked;
    return decide_on_order(input);
  }
  template <typename What>
  static void expect_refused(const Round& round, What what, const std::string& why) {
    const Decision decision = decided(round, what);
    EXPECT_EQ(decision.outcome, Outcome::kNothing) << explain(decision);
    EXPECT_FALSE(decision.action);
    EXPECT_THAT(against(decision).message, HasSubstr(why));
    EXPECT_THAT(decision.sentence, HasSubstr("nothing is done, because " + against(decision).message));
  }
  static MoveOrder to(const std::string& name) { return {uuid_of(name)}; }

  Round round_{nodes()};
};

TEST_F(Ordered, AMoveGoesWhereItWasOrderedAlthoughAnotherNodeIsBetter) {
  round_.daemon_mode = Mode::kRecommend;
  const Decision decision = decided(round_, to("h2"));
  ASSERT_EQ(decision.outcome, Outcome::kAct) << explain(decision);
  EXPECT_EQ(step_of(decision), "migrate to h2");
  EXPECT_EQ(decision.action->rule, "");
  EXPECT_EQ(decision.action->approved_by, "ada");
  EXPECT_EQ(decision.action->node_name, "h1");
  EXPECT_GT(decision.figures->seconds.value_or(0), 0);
  EXPECT_THAT(decision.sentence, HasSubstr("domain a on h1: ordered by ada (new fans): migrate to h2 for a"));
  EXPECT_THAT(explain(decision), HasSubstr("ordered by ada (new fans)"));
  EXPECT_EQ(undo_command(*decision.action, round_.cluster.find_domain(uuid_of("a"))), "hotspotctl domain migrate a h1");
}

TEST_F(Ordered, WithoutATargetThePlannerChoosesAndSaysWhyNotElsewhere) {
  const Decision decision = decided(Round(nodes(0.85)), MoveOrder{});
  EXPECT_EQ(step_of(decision), "migrate to h3");
  EXPECT_THAT(refusals_of(decision), Contains(HasSubstr("a to h2: no_cpu, h2 would be")));
}

TEST_F(Ordered, ATargetThatCannotTakeItIsRefusedAndNoOtherTakesItsPlace) {
  expect_refused(Round(nodes(0.85)), to("h2"), "h2 would be at");
}

TEST_F(Ordered, WhereNothingFitsTheOrderIsRefusedWithEachReason) {
  const Round round({node("h1").cpus(8).with(guest("a")), at("h2", 0.85), at("h3", 0.85)});
  expect_refused(round, MoveOrder{}, "a can go to no other node now");
  EXPECT_EQ(decided(round, MoveOrder{}).considered.size(), 3u);
  expect_refused(Round({node("h1").with(guest("a"))}), MoveOrder{}, "there is no other node");
}

TEST_F(Ordered, HoldsThePauseAndTheModeObserveAreAgainstIt) {
  HoldBook holds;
  holds.add({.id = "1", .on = HoldOn::kDomain, .name = "a", .uuid = uuid_of("a"), .owner = "bob", .reason = "backup"});
  round_.restraints.holds = &holds;
  expect_refused(round_, to("h2"), "held by bob");
  expect_refused(round_, to("h2"), "hotspotctl hold remove 1 ends it");
  expect_refused(round_, CapOrder{150}, "held by bob");
  round_.restraints.holds = nullptr;
  round_.daemon_mode = Mode::kObserve;
  expect_refused(round_, to("h2"), "the mode of the cluster is observe");
}

TEST_F(Ordered, TheTargetsHoldsStalenessAndDrainAreAgainstIt) {
  HoldBook holds;
  holds.add({.id = "2", .on = HoldOn::kNode, .name = "h2", .uuid = uuid_of("h2"), .owner = "bob", .reason = "disks"});
  round_.restraints.holds = &holds;
  expect_refused(round_, to("h2"), "held by bob");
  round_.restraints.holds = nullptr;
  round_.cluster.set_draining({uuid_of("h2")});
  expect_refused(round_, to("h2"), "h2 is to be drained");
  round_.now = kNow + Milliseconds(60'000);
  expect_refused(round_, to("h3"), "the newest snapshot of h1 is");
}

TEST_F(Ordered, OneActionOnADomainAtATimeAndTheLimitsOfTheClusterHold) {
  round_.under_way("a", "h1", migrate_to("h3"));
  expect_refused(round_, to("h2"), "'migrate to h3' is under way for it, as action 0-a");
  round_.in_flight.clear();
  round_.under_way("b", "h1", migrate_to("h3"));
  expect_refused(round_, to("h2"), "a migration away from h1 is under way already");
}

TEST_F(Ordered, CooldownsAndTheRestAfterAMoveKeepOnlyRulesFromIt) {
  round_.cooldowns.note({uuid_of("a"), kNow, Milliseconds(600'000), {}}, round_.limits);
  RecentSteps steps;
  model::Action before;
  before.domain_uuid = uuid_of("a");
  before.node_uuid = uuid_of("h2");
  before.step = migrate_to("h1");
  steps.note(before, model::ActionState::kDone, kNow - Milliseconds(30'000));
  round_.steps = &steps;
  EXPECT_EQ(step_of(decided(round_, to("h2"))), "migrate to h2") << "an operator may undo what was done";
  round_.domain_fires("a", {rules::Migrate{}});
  EXPECT_EQ(step_of(round_.only()), "nothing") << "and a rule may not";
}

TEST_F(Ordered, ADomainThatOthersNeedIsNotTornFromThem) {
  auto db = guest("db"), app = guest("app");
  db.policy.group = "db";
  app.policy.affinity = {"db"};
  const Round round({node("h1").cpus(8).with(db).with(app), at("h2", 0.1)});
  const Decision decision = decided(round, to("h2"), "db");
  EXPECT_EQ(step_of(decision), "nothing");
  EXPECT_THAT(against(decision).message, HasSubstr("app belongs with db"));
}

TEST_F(Ordered, VcpusGoUpAndDownToTheSizeThatWasOrdered) {
  const Decision up = decided(round_, VcpusOrder{4});
  EXPECT_EQ(step_of(up), "vCPUs 2 → 4") << explain(up);
  const auto ref = round_.cluster.find_domain(uuid_of("a"));
  EXPECT_EQ(undo_command(*up.action, ref), "hotspotctl domain scale a --vcpus 2");
  EXPECT_EQ(step_of(decided(round_, VcpusOrder{1})), "vCPUs 2 → 1");
  EXPECT_EQ(already_so(order(VcpusOrder{2}), ref), "a has 2 vCPUs already");
  EXPECT_EQ(already_so(order(to("h1")), ref), "a runs on h1 already");
  EXPECT_EQ(already_so(order(to("h2")), ref), std::nullopt);
}

TEST_F(Ordered, AboveTheMaximumItIsRefusedWithTheMaximum) {
  expect_refused(round_, VcpusOrder{5}, "a may have at most 4 vCPUs (its definition's 4)");
  expect_refused(round_, MemoryOrder{5 * kGibibyte}, "a may have at most 4 GiB of memory (its definition's 4 GiB)");
  auto bound = guest("a");
  bound.policy.vcpus_max = 3;
  bound.policy.vcpus_min = 2;
  bound.policy.memory_min_bytes = kGibibyte;
  const Round round({node("h1").cpus(8).with(bound)});
  expect_refused(round, VcpusOrder{4}, "a may have at most 3 vCPUs (its definition's 4, its policy's 3)");
  expect_refused(round, VcpusOrder{1}, "a keeps at least 2 vCPUs (its policy says so)");
  expect_refused(round, MemoryOrder{kGibibyte / 2}, "a keeps at least 1 GiB of memory");
}

TEST_F(Ordered, MemoryGrowsByTheBalloonAndIsTakenOnlyFromAGuestThatCanSpareIt) {
  const Decision up = decided(round_, MemoryOrder{3 * kGibibyte});
  EXPECT_EQ(step_of(up), "balloon 2 GiB → 3 GiB") << explain(up);
  EXPECT_EQ(undo_command(*up.action, round_.cluster.find_domain(uuid_of("a"))),
            "hotspotctl domain scale a --memory 2GiB");
  auto silent = guest("a");
  silent.memory_usable_bytes.reset();
  expect_refused(Round({node("h1").cpus(8).with(silent)}), MemoryOrder{kGibibyte},
                 "memory is never taken without that");
  auto spare = guest("a");
  spare.memory_available_bytes = 2 * kGibibyte;
  spare.memory_usable_bytes = kGibibyte + kGibibyte / 2;
  const Round round({node("h1").cpus(8).with(spare)});
  EXPECT_EQ(step_of(decided(round, MemoryOrder{kGibibyte})), "balloon 2 GiB → 1 GiB");
  // It uses 512 MiB: a share of the rest has to be free.
  expect_refused(round, MemoryOrder{600 * kMebibyte}, "--memory 732MiB would do that");
}

TEST_F(Ordered, ACapIsSetAndLifted) {
  const auto ref = round_.cluster.find_domain(uuid_of("a"));
  const Decision set = decided(round_, CapOrder{150});
  ASSERT_TRUE(set.action) << explain(set);
  EXPECT_EQ(std::get<model::SetCpuCap>(set.action->step).to_percent, 150);
  EXPECT_EQ(undo_command(*set.action, ref), "hotspotctl domain cap a none");
  const Decision lifted = decided(round_, CapOrder{0});
  ASSERT_TRUE(lifted.action);
  EXPECT_EQ(undo_command(*lifted.action, ref), "") << "no snapshot has the cap before";
}

TEST_F(Ordered, ADomainThatIsGoneAndANameForNoShellAreSaid) {
  const Decision decision = decided(round_, to("h2"), "gone");
  EXPECT_EQ(step_of(decision), "nothing");
  EXPECT_THAT(against(decision).message, HasSubstr("it is in no snapshot now"));
  const Round strange({node("h1").cpus(8).with(guest("a b;c")), at("h2", 0.1)});
  const Decision moved = decided(strange, to("h2"), "a b;c");
  ASSERT_TRUE(moved.action) << explain(moved);
  EXPECT_EQ(undo_command(*moved.action, strange.cluster.find_domain(uuid_of("a b;c"))),
            "hotspotctl domain migrate " + uuid_of("a b;c") + " h1");
}

}  // namespace
}  // namespace hotspot::plan
