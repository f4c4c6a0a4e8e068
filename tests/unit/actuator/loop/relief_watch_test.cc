// What an action relieved, and when that is not known.
#include "actuator/loop/relief_watch.h"

#include <gtest/gtest.h>

#include "actuator/loop/rule_trust.h"
#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using Findings = std::vector<ReliefWatch::Finding>;

// h1 of 4 CPUs runs a (1.2 cores) and b (1.6 cores), 70 % in all; NodeHot moves a to h2, and predicts 40 %.
class ReliefWatchTest : public ::testing::Test {
 protected:
  struct World {
    double h1 = 0.7;       // CPU of the node
    double b_cores = 1.6;  // that b uses of its 4 vCPUs
    bool c = false;        // runs on h1, too
    std::string a = "h1";  // where a runs; "": nowhere
    bool h1_sends = true;
  };

  void send(const World& world) {
    ++sequence_;
    auto h1 = node("h1").cpu(world.h1).at(now_, sequence_), h2 = node("h2").at(now_, sequence_);
    h1.with(domain("b").vcpus(4, 4).cpu(world.b_cores / 4));
    if (world.c) h1.with(domain("c").cpu(0.1));
    const auto a = domain("a").vcpus(2, 4).cpu(0.6);
    if (world.a == "h1") h1.with(a);
    if (world.a == "h2") h2.with(a);
    if (world.h1_sends) cluster_.apply(h1, now_);
    cluster_.apply(h2, now_);
  }

  static plan::Decision decision(const std::string& id = "m1", double after = 0.4) {
    plan::Decision made;
    made.at = kNow;
    made.rule = "NodeHot";
    made.outcome = plan::Outcome::kAct;
    model::Action action;
    action.id = id;
    action.rule = "NodeHot";
    action.domain_uuid = uuid_of("a"), action.domain_name = "a";
    action.node_uuid = uuid_of("h1"), action.node_name = "h1";
    action.step = model::MigrateTo{uuid_of("h2"), "h2", "", {}, {}};
    made.action = action;
    made.figures = plan::SubjectFigures{};
    made.figures->seconds = 10;
    plan::Effect effect;
    effect.node = "h1";
    effect.cpu_ratio_before = 0.7, effect.cpu_ratio_after = after;
    made.effects = {effect};
    return made;
  }

  void begin(const plan::Decision& made) {
    watch_.begins(*made.action, now_);
    watch_.watch(made, nullptr, {}, cluster_);
  }
  void end(const plan::Decision& made, model::ActionState state = model::ActionState::kDone) {
    ports::JournalEntry entry;
    entry.action = *made.action;
    entry.state = state;
    watch_.ended(entry, now_);
  }

  // A snapshot of both nodes each five seconds.
  Findings pass(Milliseconds length, const World& world) {
    Findings found;
    for (const WallTime until = now_ + length; now_ < until;) {
      now_ += std::chrono::seconds(5);
      send(world);
      for (auto& one : watch_.advance({cluster_, {}, rests_, now_})) found.push_back(one);
    }
    return found;
  }

  // The move begins, is done ten seconds later, and the world is then as said, for two minutes.
  Findings after_the_move(const World& world) {
    send({});
    begin(decision());
    Findings found = pass(std::chrono::seconds(10), {});
    end(decision());
    for (auto& one : pass(std::chrono::minutes(2), world)) found.push_back(one);
    return found;
  }

  static std::string why(const Findings& found) {
    return found.size() == 1 && !found[0].measured ? found[0].why_not
                                                   : "counted, or not found: " + std::to_string(found.size());
  }

  model::Cluster cluster_;
  plan::DomainRests rests_;
  WallTime now_ = kNow;
  std::uint64_t sequence_ = 0;
  ReliefWatch watch_{{}};
};

TEST_F(ReliefWatchTest, MeasuresWhatTheNodeIsRelievedOfOnceItHasSettled) {
  send({});
  begin(decision());
  EXPECT_TRUE(pass(std::chrono::seconds(20), {}).empty());
  end(decision());
  EXPECT_TRUE(pass(std::chrono::seconds(30), {.h1 = 0.7, .a = "h2"}).empty()) << "it has not settled yet";
  const Findings found = pass(std::chrono::seconds(30), {.h1 = 0.45, .a = "h2"});
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].measured) << found[0].why_not;
  EXPECT_EQ(found[0].rule, "NodeHot");
  EXPECT_EQ(found[0].measured->action, "m1");
  EXPECT_NEAR(found[0].measured->predicted, 0.3, 1e-9);
  EXPECT_GT(found[0].measured->measured, 0.2) << "of the second half of the minute";
  EXPECT_EQ(watch_.size(), 0u);
  EXPECT_TRUE(pass(std::chrono::minutes(10), {.h1 = 0.9, .a = "h2"}).empty()) << "each action counts once";
}

TEST_F(ReliefWatchTest, SaysInASentenceWhatWasMeasured) {
  const Findings found = after_the_move({.h1 = 0.45, .a = "h2"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(describe(found[0]), "action m1 of NodeHot relieved the CPU of h1 by 25 %; 30 % were predicted");
}

TEST_F(ReliefWatchTest, AMoveAfterWhichTheNodeIsAsHotAsBeforeIsMeasuredAsNoRelief) {
  const Findings found = after_the_move({.h1 = 0.7, .a = "h2"});
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].measured) << found[0].why_not;
  EXPECT_NEAR(found[0].measured->measured, 0, 1e-9);
}

TEST_F(ReliefWatchTest, ANeighbourThatNeedsMoreByItselfIsNoFaultOfTheRule) {
  const Findings found = after_the_move({.h1 = 0.65, .b_cores = 2.6, .a = "h2"});
  EXPECT_EQ(why(found), "other domains there used 25 % more of it meanwhile");
}

TEST_F(ReliefWatchTest, NorIsItToTheRulesCreditThatANeighbourNeedsLess) {
  EXPECT_EQ(why(after_the_move({.h1 = 0.5, .b_cores = 0.6, .a = "h2"})),
            "other domains there used 25 % less of it meanwhile");
}

TEST_F(ReliefWatchTest, ANeighbourThatNeedsALittleMoreDoesNotHinder) {
  const Findings found = after_the_move({.h1 = 0.45, .b_cores = 1.8, .a = "h2"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].measured) << found[0].why_not;
}

TEST_F(ReliefWatchTest, OnANodeThatWasShortWhatNeighboursTakeAtOnceIsNoRelief) {
  send({.h1 = 0.99});
  begin(decision());
  pass(std::chrono::seconds(10), {.h1 = 0.99});
  end(decision());
  const Findings found = pass(std::chrono::minutes(2), {.h1 = 0.97, .b_cores = 2.0, .a = "h2"});
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].measured) << found[0].why_not;
  EXPECT_NEAR(found[0].measured->measured, 0.02, 1e-9);
}

TEST_F(ReliefWatchTest, IsNotCountedIfTheNodeGoesStale) {
  EXPECT_EQ(why(after_the_move({.h1 = 0.7, .a = "h2", .h1_sends = false})), "h1 went stale");
}

TEST_F(ReliefWatchTest, IsNotCountedIfTheDomainIsGone) {
  EXPECT_EQ(why(after_the_move({.h1 = 0.7, .a = ""})), "a does not run any more");
}

TEST_F(ReliefWatchTest, IsNotCountedIfTheDomainDoesNotStay) {
  EXPECT_EQ(why(after_the_move({.h1 = 0.7, .a = "h1"})), "a is not on h2 any more");
}

TEST_F(ReliefWatchTest, IsNotCountedIfAnotherDomainCame) {
  EXPECT_EQ(why(after_the_move({.h1 = 0.7, .c = true, .a = "h2"})), "c came to h1 meanwhile");
}

TEST_F(ReliefWatchTest, IsNotCountedIfSomebodyElseChangedANeighbour) {
  send({});
  begin(decision());
  rests_.note(uuid_of("b"), {"b", "vCPUs 1 → 2", now_ + std::chrono::seconds(5), now_ + std::chrono::hours(1)});
  EXPECT_EQ(why(pass(std::chrono::seconds(10), {})), "b was changed by others meanwhile");
}

TEST_F(ReliefWatchTest, IsNotCountedIfAnotherActionBeginsOnTheNodeBeforeAnythingWasMeasured) {
  send({});
  begin(decision());
  pass(std::chrono::seconds(10), {});
  plan::Decision other = decision("m2");
  other.action->domain_uuid = uuid_of("b");
  begin(other);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})),
            "another action began there before it could be measured");
  EXPECT_EQ(watch_.size(), 1u) << "the other one is measured";
}

TEST_F(ReliefWatchTest, AnotherActionEndsTheMeasuringSoThatARuleThatActsAgainAndAgainIsMeasuredToo) {
  send({});
  begin(decision());
  pass(std::chrono::seconds(10), {});
  end(decision());
  pass(std::chrono::seconds(15), {.h1 = 0.7, .a = "h2"});
  plan::Decision other = decision("m2");
  other.action->domain_uuid = uuid_of("b");
  begin(other);
  const Findings found = watch_.advance({cluster_, {}, rests_, now_});
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].measured) << found[0].why_not;
  EXPECT_NEAR(found[0].measured->measured, 0, 1e-9);
}

TEST_F(ReliefWatchTest, AnActionOnAnotherNodeDoesNotDisturb) {
  send({});
  begin(decision());
  model::Action elsewhere;
  elsewhere.id = "x", elsewhere.domain_uuid = uuid_of("z"), elsewhere.node_uuid = uuid_of("h2");
  watch_.begins(elsewhere, now_);
  EXPECT_EQ(watch_.size(), 1u);
}

TEST_F(ReliefWatchTest, WhatIsUnderWayOnTheNodeAlreadyMakesItUnmeasurable) {
  send({});
  plan::InFlight other;
  other.action.id = "x", other.action.domain_uuid = uuid_of("b"), other.action.node_uuid = uuid_of("h1");
  watch_.watch(decision(), nullptr, {other}, cluster_);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})), "another action was under way there");
}

TEST_F(ReliefWatchTest, OnlyWhatWasDoneIsMeasuredAndWhatWasSkippedIsNothing) {
  send({});
  begin(decision());
  end(decision(), model::ActionState::kFailed);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})), "it ended as failed");
  begin(decision("m2"));
  end(decision("m2"), model::ActionState::kSkipped);
  EXPECT_TRUE(watch_.advance({cluster_, {}, rests_, now_}).empty());
  EXPECT_EQ(watch_.size(), 0u);
}

TEST_F(ReliefWatchTest, ActionsOfWhichNoReliefWasPredictedAreNotCounted) {
  send({});
  plan::Decision drain = decision();
  drain.figures->seconds.reset();
  begin(drain);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})), "no relief was predicted for it");
  plan::Decision cap = decision();
  cap.action->step = model::SetCpuCap{50};
  begin(cap);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})), "no relief was predicted for it");
  plan::Decision assumed = decision();
  assumed.about_text = "what disks can carry is not known";
  begin(assumed);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})),
            "it was judged by CPU, because what disks can carry is not known");
  begin(decision("m1", 0.68));
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})),
            "only 2 % of the CPU of h1 was predicted, and less than 5 % is not told from noise");
}

TEST_F(ReliefWatchTest, IsGivenUpIfNothingIsMeasuredInTimeOrTheClockIsSetBack) {
  send({});
  begin(decision());
  end(decision());
  now_ -= std::chrono::hours(1);
  EXPECT_EQ(why(watch_.advance({cluster_, {}, rests_, now_})), "the clock was set back");
}

// A domain that uses its one vCPU to 95 %: with a second one it is predicted to use 1.4 cores.
class ReliefOfGrowthTest : public ReliefWatchTest {
 protected:
  void send_a(double cores, int vcpus, double steal = 0) {
    now_ += std::chrono::seconds(5);
    ++sequence_;
    auto a = domain("a").vcpus(vcpus, 4).cpu(cores / vcpus);
    if (steal > 0) a.set(&telemetry::DomainSample::cpu_steal_ratio, steal / vcpus);
    cluster_.apply(node("h1").cpu(steal > 0 ? 1.0 : 0.5).at(now_, sequence_).with(a), now_);
  }
  Findings grow(double cores, double steal = 0) {
    send_a(0.95, 1);
    plan::Decision made = decision();
    made.action->step = model::SetVcpus{1, 2, false};
    made.effects[0].cpu_ratio_before = 0.5, made.effects[0].cpu_ratio_after = 0.5 + 0.475 / 4;
    begin(made);
    end(made);
    Findings found;
    for (int i = 0; i < 20; ++i) {
      send_a(cores, 2, steal);
      for (auto& one : watch_.advance({cluster_, {}, rests_, now_})) found.push_back(one);
    }
    return found;
  }
};

TEST_F(ReliefOfGrowthTest, IsMeasuredOnTheDomainByTheShareOfItsVcpusThatItWants) {
  const Findings found = grow(1.2);
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].measured) << found[0].why_not;
  EXPECT_EQ(found[0].subject, "CPU of domain a");
  EXPECT_NEAR(found[0].measured->predicted, 0.95 - 1.425 / 2, 1e-6);
  EXPECT_NEAR(found[0].measured->measured, 0.95 - 0.6, 1e-6);
}

TEST_F(ReliefOfGrowthTest, AGuestThatWantsMoreThanAnybodyCouldSeeIsNoFaultOfTheRule) {
  EXPECT_EQ(why(grow(2.0)), "the domain itself used 29 % more of it meanwhile");
}

TEST_F(ReliefOfGrowthTest, AVcpuForWhichTheNodeHasNoCpuRelievesNothing) {
  const Findings found = grow(0.95, 0.95);
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].measured) << found[0].why_not;
  EXPECT_LT(found[0].measured->measured, 0.05);
}

TEST(SettleTime, FitsTheRangesOfTheRuleAndTheIntervalOfTheNode) {
  EXPECT_EQ(settle_time({}, nullptr, nullptr), std::chrono::minutes(1));
  const auto rule_of = [](const std::string& expression) {
    const auto checked =
        rules::check({{"x.yaml", "groups:\n- name: g\n  rules:\n  - hotspot: R\n    expr: " + expression +
                                     "\n    for: 1m\n    remedy: [migrate]\n"}});
    EXPECT_TRUE(checked.rules) << expression;
    return checked.rules->rules.at(0);
  };
  const rules::Rule now = rule_of("node_cpu_ratio > 80%"), range = rule_of("avg_over_time(node_cpu_ratio[5m]) > 80%"),
                    day = rule_of("avg_over_time(node_cpu_ratio[1d]) > 80%");
  EXPECT_EQ(settle_time({}, &now, nullptr), std::chrono::minutes(1));
  EXPECT_EQ(settle_time({}, &range, nullptr), std::chrono::minutes(5));
  EXPECT_EQ(settle_time({}, &day, nullptr), std::chrono::minutes(30)) << "nobody waits for a day";
  EXPECT_EQ(settle_time({.settle = std::chrono::minutes(7)}, &range, nullptr), std::chrono::minutes(7));
  const model::Cluster cluster = hotspot::testing::cluster_of({node("h1").interval(60)});
  EXPECT_EQ(settle_time({}, &now, cluster.find_node(uuid_of("h1"))), std::chrono::minutes(4));
}

}  // namespace
}  // namespace hotspot::loop
