// A recommendation stands while the cluster does not change, however much its figures do.
#include <gtest/gtest.h>

#include <cstdint>

#include "actuator/loop/decision_book.h"
#include "tests/unit/actuator/plan/round.h"

namespace hotspot::loop {
namespace {

using plan::Decision;
using plan::Outcome;
using plan::Round;
using testing::domain;
using testing::kNow;
using testing::node;
using testing::uuid_of;

// Noise of three per cent, always the same.
class Noise {
 public:
  double operator()(double value) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return value * (1 + 0.03 * (static_cast<double>(state_ >> 40U) / static_cast<double>(1U << 23U) - 1));
  }

 private:
  std::uint64_t state_ = 1;
};

telemetry::DomainSample guest(const std::string& name, double cpu, Noise& noise) {
  return domain(name).vcpus(4, 4).cpu(noise(cpu)).memory(8 * kGibibyte, 8 * kGibibyte).used(noise(0.5));
}

// A hot node with guests that are nearly the same, a full one, and cold ones that are nearly the same.
std::vector<Decision> round_at(WallTime now, Noise& noise) {
  const auto busy = [&](const std::string& name, double cpu) {
    return node(name).cpus(16).memory(64 * kGibibyte, 40 * kGibibyte).cpu(noise(cpu)).at(now);
  };
  Round round({busy("h1", 0.9).with(guest("a", 0.7, noise)).with(guest("b", 0.7, noise)).with(guest("c", 0.69, noise)),
               busy("h2", 0.2), busy("h3", 0.2), busy("full", 0.79), busy("h5", 0.62)});
  round.now = now;
  round.daemon_mode = plan::Mode::kRecommend;
  round.node_fires("h1", {rules::Migrate{}});
  return round.plan();
}

TEST(Standing, ARecommendationIsRecordedOnceIn240RoundsOfNoise) {
  DecisionBook book;
  Noise noise;
  int recorded = 0, recommended = 0;
  for (int i = 0; i < 240; ++i) {
    book.begin_round();
    for (const Decision& decision : round_at(kNow + Milliseconds(1000) * i, noise)) {
      recommended += decision.outcome == Outcome::kRecommend ? 1 : 0;
      recorded += book.records(decision) ? 1 : 0;
    }
    book.end_turn();
  }
  EXPECT_EQ(recommended, 240);
  EXPECT_EQ(recorded, 1);
}

// "a to h2", beside which the move of the standing recommendation is judged.
Decision recommends(const std::string& name, double score, int round, double of_standing) {
  Decision decision;
  decision.rule = "Hot";
  decision.subject_key = "node h1";
  decision.outcome = Outcome::kRecommend;
  decision.measured_at = decision.at = kNow + Milliseconds(1000) * round;
  decision.action.emplace();
  decision.action->domain_uuid = uuid_of(name);
  decision.action->domain_name = name;
  decision.action->step = plan::migrate_to("h2");
  decision.figures.emplace();
  decision.figures->domain = name;
  decision.figures->score = score;
  decision.alternatives.emplace_back();
  decision.alternatives.front().domain = name == "a" ? "b" : "a";
  decision.alternatives.front().target = "h2";
  decision.alternatives.front().score = of_standing;
  return decision;
}

TEST(Standing, ItGivesWayToOneThatIsBetterByATenthForThreeRounds) {
  DecisionBook book;
  book.begin_round();
  EXPECT_TRUE(book.records(recommends("a", 10, 0, 10)));
  EXPECT_FALSE(book.records(recommends("b", 8, 1, 10)));
  EXPECT_FALSE(book.records(recommends("b", 8, 2, 10)));
  EXPECT_FALSE(book.records(recommends("b", 8, 2, 10))) << "the same data again";
  EXPECT_TRUE(book.records(recommends("b", 8, 3, 10)));
}

TEST(Standing, ItStaysWhileTheOtherIsBetterByLessOrNotForLong) {
  DecisionBook book;
  book.begin_round();
  EXPECT_TRUE(book.records(recommends("a", 10, 0, 10)));
  for (int i = 1; i < 20; ++i) EXPECT_FALSE(book.records(recommends("b", 9.5, i, 10)));
  for (int i = 20; i < 22; ++i) EXPECT_FALSE(book.records(recommends("b", 8, i, 10)));
  EXPECT_FALSE(book.records(recommends("a", 9, 22, 10)));
  for (int i = 23; i < 25; ++i) EXPECT_FALSE(book.records(recommends("b", 8, i, 10)));
}

TEST(Standing, HowMuchBetterAndHowLongCanBeSet) {
  DecisionBook book;
  book.begin_round();
  const plan::Standing at_once{.margin_ratio = 0, .rounds = 1};
  EXPECT_TRUE(book.records(recommends("a", 10, 0, 10), at_once));
  EXPECT_TRUE(book.records(recommends("b", 9.9, 1, 10), at_once));
}

TEST(Standing, WhatForbidsItIsRecordedAtOnce) {
  DecisionBook book;
  book.begin_round();
  EXPECT_TRUE(book.records(recommends("a", 10, 0, 10)));
  Decision held = recommends("a", 10, 1, 10);
  held.outcome = Outcome::kNothing;
  held.action.reset();
  held.considered = {{"", "", "", {model::RefusalKind::kHeld, "h1 is held"}}};
  EXPECT_TRUE(book.records(held));
}

TEST(Standing, ReasonsThatComeAndGoWithTheFiguresAreRecordedOnceEach) {
  DecisionBook book;
  book.begin_round();
  int recorded = 0;
  for (int i = 0; i < 100; ++i) {
    Decision nothing = recommends("a", 10, i, 10);
    nothing.outcome = Outcome::kNothing;
    nothing.action.reset();
    const auto kind = i % 2 == 0 ? model::RefusalKind::kNoCpu : model::RefusalKind::kNoMemory;
    const std::string figures = "CPU " + std::to_string(i) + " %";
    nothing.considered = {{"migrate", "a", "h2", {kind, figures}},
                          {"migrate", "b", "h3", {kind, figures}},
                          {"migrate", "", "", {model::RefusalKind::kNoTarget, ""}}};
    nothing.more = {{i % 2 == 0 ? "no_cpu" : "no_memory", i + 1}};
    recorded += book.records(nothing) ? 1 : 0;
  }
  EXPECT_EQ(recorded, 2);
}

}  // namespace
}  // namespace hotspot::loop
