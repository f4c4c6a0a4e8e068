// Recommendations: nothing is under way because of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Migrate;
using ::testing::Contains;
using ::testing::HasSubstr;

Round three_hot_nodes() {
  std::vector<telemetry::NodeSnapshot> nodes;
  for (const std::string name : {"1", "2", "3"}) {
    nodes.push_back(node("hot" + name).cpu(0.9).with(domain("a" + name).vcpus(1, 1).cpu(1.0)));
    nodes.push_back(node("cold" + name).cpu(0.1));
  }
  Round round(nodes);
  for (const std::string name : {"1", "2", "3"}) round.node_fires("hot" + name, {Migrate{}});
  round.daemon_mode = Mode::kRecommend;
  return round;
}

TEST(Recommendations, AsManyHotNodesAsThereAreGetOneEach) {
  const auto decisions = three_hot_nodes().plan();
  std::set<std::string> steps;
  for (const Decision& decision : decisions) {
    EXPECT_EQ(decision.outcome, Outcome::kRecommend) << explain(decision);
    steps.insert(step_of(decision));
  }
  EXPECT_THAT(steps, ::testing::ElementsAre("migrate to cold1", "migrate to cold2", "migrate to cold3"))
      << "each on the projection with the ones before";
}

TEST(Recommendations, OfActionsStillNoMoreAreBegunThanTheLimitsAllow) {
  Round round = three_hot_nodes();
  round.daemon_mode = Mode::kEnforce;
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 3u);
  EXPECT_EQ(decisions[2].outcome, Outcome::kNothing);
  EXPECT_THAT(refusals_of(decisions[2]), Contains(HasSubstr("2 migrations are under way in the cluster")));
}

TEST(Recommendations, ADomainIsRecommendedForOneThingAtATime) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(0.95)), node("h2")});
  round.domain_fires("a", {rules::ScaleMemory{.by_bytes = kMebibyte * 64}});
  round.domain_fires("a", rule_of("Other", {Migrate{}}));
  round.daemon_mode = Mode::kRecommend;
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(decisions[0].outcome, Outcome::kRecommend);
  EXPECT_THAT(refusals_of(decisions[1]), Contains(HasSubstr("another action on a is recommended at the same time")));
}

TEST(Decision, RepeatsOneWhoseAmountsDifferByLessThanATenth) {
  const auto shrunk = [](double used) {
    Round round({node("h1").with(domain("a").memory(8 * kGibibyte, 8 * kGibibyte).used(used))});
    round.domain_fires("a", {rules::ScaleMemory{.by_bytes = -8 * kGibibyte}});
    return round.only();
  };
  const Decision before = shrunk(0.40);
  ASSERT_TRUE(before.action);
  EXPECT_TRUE(shrunk(0.41).repeats(before));
  EXPECT_FALSE(shrunk(0.50).repeats(before));
}

}  // namespace
}  // namespace hotspot::plan
