#include "actuator/loop/planning_turn.h"

#include <gtest/gtest.h>

#include <set>

namespace hotspot::loop {
namespace {

std::vector<rules::Firing> firings(std::size_t count, const rules::Rule* rule) {
  std::vector<rules::Firing> all(count);
  for (rules::Firing& firing : all) firing.rule = rule;
  return all;
}

TEST(PlanningTurn, WhatFitsIntoARoundIsPlannedInEachAsAWhole) {
  const rules::Rule rule;
  const auto all = firings(PlanningTurn::kMostARound, &rule);
  PlanningTurn turn;
  for (int round = 0; round < 3; ++round) {
    const auto part = turn.next(all);
    EXPECT_EQ(part.firings.size(), all.size()) << "in round " << round;
    EXPECT_TRUE(part.came_round);
  }
  EXPECT_TRUE(turn.next({}).came_round);
}

TEST(PlanningTurn, OfMoreEachIsPlannedOnceInATurn) {
  const rules::Rule rule;
  const auto all = firings(30'000, &rule);
  PlanningTurn turn;
  for (int times = 0; times < 2; ++times) {
    std::set<const rules::Firing*> planned;
    std::size_t rounds = 0, sum = 0;
    for (bool came_round = false; !came_round && rounds < 100; ++rounds) {
      const auto part = turn.next(all);
      EXPECT_LE(part.firings.size(), PlanningTurn::kMostARound);
      planned.insert(part.firings.begin(), part.firings.end());
      sum += part.firings.size();
      came_round = part.came_round;
    }
    EXPECT_EQ(planned.size(), all.size());
    EXPECT_EQ(sum, all.size()) << "none twice";
    EXPECT_EQ(rounds, 59U);
  }
}

TEST(PlanningTurn, TheMoreNodesMayBeTargetsTheFewerArePlannedInARound) {
  const rules::Rule rule;
  const auto all = firings(1000, &rule);
  const auto planned_with = [&](std::size_t nodes) { return PlanningTurn().next(all, nodes).firings.size(); };
  EXPECT_EQ(planned_with(0), PlanningTurn::kMostARound);
  EXPECT_EQ(planned_with(90), PlanningTurn::kMostARound);
  EXPECT_EQ(planned_with(2000), 25U);
  EXPECT_EQ(planned_with(10'000), PlanningTurn::kLeastARound) << "and never none";
}

TEST(PlanningTurn, WhatDrainsANodeComesFirstInEveryRound) {
  const rules::Rule hot;
  rules::Rule leaves;
  leaves.remedies.emplace_back(rules::Drain{});
  auto all = firings(2000, &hot);
  all[1999].rule = &leaves;
  PlanningTurn turn;
  for (int round = 0; round < 8; ++round) EXPECT_EQ(turn.next(all).firings.front(), &all[1999]) << "in round " << round;
}

TEST(PlanningTurn, HoweverManyNodesAreDrainedTheOthersHaveTheirTurn) {
  const rules::Rule hot;
  rules::Rule leaves;
  leaves.remedies.emplace_back(rules::Drain{});
  auto all = firings(1000, &leaves);
  for (std::size_t i = 700; i < all.size(); ++i) all[i].rule = &hot;
  PlanningTurn turn;
  std::set<const rules::Firing*> planned;
  for (int round = 0; round < 3; ++round) {
    for (const rules::Firing* firing : turn.next(all).firings) planned.insert(firing);
  }
  EXPECT_EQ(planned.size(), all.size());
}

}  // namespace
}  // namespace hotspot::loop
