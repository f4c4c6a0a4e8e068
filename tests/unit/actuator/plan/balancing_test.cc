#include "actuator/plan/balancing.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/unit/actuator/plan/balancing_round.h"

namespace hotspot::plan {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Round uneven() { return Round({node_with("h1", 10), node_with("h2", 2), node_with("h3", 1)}); }

TEST(Balance, MovesFromTheFullestNodeAndSaysTheScoreAndItsTerms) {
  Round round = uneven();
  cluster_fires(round, balance_rule());
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.outcome, Outcome::kAct);
  EXPECT_EQ(decision.action->node_name, "h1");
  ASSERT_TRUE(decision.balance);
  EXPECT_NEAR(decision.balance->terms.at(0).before, imbalance_of(round), 1e-6)
      << "the term is what cluster_imbalance_ratio measures";
  EXPECT_LT(decision.balance->score_after, decision.balance->score_before);
  EXPECT_GT(decision.balance->seconds, 0);
  EXPECT_EQ(decision.balance->bytes,
            static_cast<std::int64_t>(decision.balance->moves.size()) * (4 * kGibibyte + model::kDomainOverheadBytes));
  EXPECT_THAT(decision.sentence, AllOf(HasSubstr("the cluster: ClusterUneven"), HasSubstr("score "), HasSubstr("CPU "),
                                       HasSubstr(" GiB within ")));
  EXPECT_THAT(explain(decision), AllOf(HasSubstr("1 × standard deviation of CPU: "),
                                       HasSubstr("0.25 × standard deviation of memory: "), HasSubstr("from h1 to ")));
}

TEST(Balance, PlansNoMoreMovesThanCure) {
  Round round = uneven();
  cluster_fires(round, balance_rule());
  const Decision decision = round.only();
  ASSERT_TRUE(decision.balance) << explain(decision);
  EXPECT_LT(decision.balance->terms.at(0).after, 0.09);
  EXPECT_LE(decision.balance->moves.size(), 5u) << "5.8 guests more than the mean are on h1";
  EXPECT_GE(decision.balance->moves.size(), 3u);
  EXPECT_THAT(decision.plan, ::testing::Not(HasSubstr("does not bring it below")));
}

TEST(Balance, MakesAtMostMaxMovesWhileTheRuleFires) {
  Round round = uneven();
  cluster_fires(round, balance_rule({.max_moves = 2}));
  const Decision first = round.only();
  ASSERT_TRUE(first.balance) << explain(first);
  EXPECT_EQ(first.balance->moves.size(), 2u);
  EXPECT_THAT(first.plan, HasSubstr("does not bring it below the rule's mark of 10 %"));
  RecentSteps steps;
  for (const char* name : {"h1-0", "h1-1"}) {
    model::Action done;
    done.domain_uuid = uuid_of(name);
    done.node_uuid = uuid_of("h1");
    done.rule = "ClusterUneven";
    done.step = migrate_to("h2");
    steps.note(done, model::ActionState::kDone, kNow - Milliseconds(1000));
  }
  round.steps = &steps;
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("'max_moves' is 2, and so many were made")));
  round.firings.front().firing_since = kNow - Milliseconds(500);
  EXPECT_TRUE(round.only().action) << "those were made for a firing before";
}

TEST(Balance, DoesNothingThatGainsLessThanItMust) {
  Round round({node_with("h1", 4), node_with("h2", 2)});
  cluster_fires(round, balance_rule({.max_moves = 1, .least_gain_ratio = 0.10}, 0.05));
  EXPECT_TRUE(round.only().action) << explain(round.only());
  Round even({node_with("h1", 3), node_with("h2", 2)});
  cluster_fires(even, balance_rule({}, 0.01));
  const Decision nothing = even.only();
  EXPECT_FALSE(nothing.action) << explain(nothing);
  Round large({node_with("h1", 8), node_with("h2", 2), node_with("h3", 2), node_with("h4", 8)});
  cluster_fires(large, balance_rule({.max_moves = 1, .least_gain_ratio = 0.80}));
  EXPECT_THAT(refusals_of(large.only()), Contains(AllOf(HasSubstr("'least_gain' is 80 %"), HasSubstr("score "))));
}

TEST(Balance, CountsWhatIsUnderWayAsArrived) {
  Round round({node_with("h1", 4), node_with("h2", 2)});
  round.under_way("h1-0", "h1", migrate_to("h2"));
  cluster_fires(round, balance_rule({}, 0.05));
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("moves that are under way make it even enough")));
  round.in_flight.front().action.rule = "ClusterUneven";
  EXPECT_THAT(round.plan(), IsEmpty()) << "its own move is under way: that is no news";
  Round alone({node_with("h1", 3), node_with("h2", 3)});
  cluster_fires(alone, balance_rule({}, 0.05));
  EXPECT_THAT(refusals_of(alone.only()), Contains(HasSubstr("the cluster is even enough by now: score ")))
      << "a mean over time fires on";
}

TEST(Balance, FillsNoNodeToWhereARuleWouldRelieveIt) {
  std::vector<rules::NodeMark> marks{{"NodeHot", false, 0.30, [](const std::string& name) { return name == "h3"; }}};
  Round round({node_with("h1", 10), node_with("h2", 9), node_with("h3", 4)});
  round.node_marks = &marks;
  cluster_fires(round, balance_rule({}, 0.05));
  const Decision decision = round.only();
  EXPECT_FALSE(decision.action) << "h3 is at 26 %, and 33 % with one more\n" << explain(decision);
  round.node_marks = nullptr;
  EXPECT_EQ(step_of(round.only()), "migrate to h3");
}

TEST(Balance, DoesNotMakeAnotherResourceUnevenBeyondTheMarkOfARule) {
  // Two nodes with the same memory in use: what uses CPU on h1 has all the memory.
  auto busy = node("h1").cpus(16).cpu(0.6).memory(64 * kGibibyte, 24 * kGibibyte);
  for (int i = 0; i < 2; ++i)
    busy.with(domain("a" + std::to_string(i)).vcpus(8, 8).cpu(0.6).memory(12 * kGibibyte, 12 * kGibibyte));
  auto idle = node("h2").cpus(16).cpu(0.02).memory(64 * kGibibyte, 24 * kGibibyte);
  Round round({busy, idle});
  const rules::Rule rule = balance_rule();
  rules::RuleSet set;
  set.rules.push_back(rule);
  set.rules.front().subject = rules::SubjectKind::kCluster;
  cluster_fires(round, rule);
  EXPECT_TRUE(round.only().action) << explain(round.only());
  round.rules = &set;
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("the imbalance of memory would be")));
}

TEST(Balance, LeavesAloneWhatIsHeldDrainedStaleOrSettling) {
  Round round = uneven();
  cluster_fires(round, balance_rule());
  round.cluster.set_draining({uuid_of("h2")});
  EXPECT_EQ(step_of(round.only()), "migrate to h3");
  round.node_action_ended[uuid_of("h3")] = kNow;
  EXPECT_FALSE(round.only().action);
  round = Round({node_with("h1", 10), node_with("h2", 2)});
  cluster_fires(round, balance_rule());
  for (int i = 0; i < 10; ++i)
    round.cooldowns.note({uuid_of("h1-" + std::to_string(i)), kNow, std::chrono::minutes(10)}, round.limits);
  EXPECT_FALSE(round.only().action) << "all of h1 cool down";
}

TEST(Balance, KeepsToTheLimitsOnMigrations) {
  Round round = uneven();
  round.limits.migrations_per_cluster = 1;
  round.under_way("h3-0", "h3", migrate_to("h2"));
  cluster_fires(round, balance_rule());
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("1 migrations are under way in the cluster")));
  round.limits.migrations_per_cluster = 2;
  EXPECT_EQ(step_of(round.only()), "migrate to h3") << "one to h2 is under way";
}

TEST(Balance, OnlyRecommendsWhereTheModeSaysSo) {
  Round round = uneven();
  rules::Rule rule = balance_rule();
  rule.mode = Mode::kRecommend;
  cluster_fires(round, rule);
  const Decision decision = round.only();
  EXPECT_EQ(decision.outcome, Outcome::kRecommend);
  EXPECT_EQ(decision.measured_at, kNow);
}

}  // namespace
}  // namespace hotspot::plan
