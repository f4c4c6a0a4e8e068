// Which rules keep their right to act.
#include "actuator/plan/trust.h"

#include <gtest/gtest.h>

namespace hotspot::plan {
namespace {

constexpr double kLeastGain = 0.05;

class TrustTest : public ::testing::Test {
 protected:
  // Measured actions of "Hot", all of the same prediction. Returns why it lost its right with the last of them.
  std::string measure(const std::vector<double>& measured, double predicted = 0.4) {
    std::string why;
    for (const double one : measured)
      why = trust_.note(
          "Hot",
          {.action = "a", .at = from_unix_ms(++at_), .predicted = predicted, .measured = one, .subject = "CPU of h1"},
          kLeastGain);
    return why;
  }

  Trust trust_;
  std::int64_t at_ = 1'000;
};

TEST_F(TrustTest, ARuleWhoseMedianReliefIsBelowHalfOfThePredictedLosesItsRightWithTheFifthAction) {
  EXPECT_EQ(measure({0.19, 0.4, 0.19, 0.19}), "");
  EXPECT_EQ(trust_.lost("Hot"), nullptr) << "four are not enough";
  EXPECT_EQ(measure({0.4}),
            "its last 5 measured actions relieved 48 % of what was predicted (median), and it takes a half");
}

TEST_F(TrustTest, TheMedianOfFiveDecidesAndNotTheirMean) {
  EXPECT_EQ(measure({0.4, 0.2, 0.4, 0.06, 0.06}), "") << "a half is enough";
  EXPECT_EQ(trust_.lost("Hot"), nullptr);
  EXPECT_NE(measure({0.06}), "") << "now three of the last five are below a half, though none is below the least gain";
  ASSERT_NE(trust_.lost("Hot"), nullptr);
  EXPECT_EQ(trust_.lost("Hot")->lost_why,
            "its last 5 measured actions relieved 15 % of what was predicted (median), and it takes a half");
}

TEST_F(TrustTest, ThreeInARowBelowTheLeastGainAreEnough) {
  EXPECT_EQ(measure({0.4, 0.04, 0.049}, 0.05), "");
  EXPECT_EQ(measure({0.05, 0.04, 0.049}, 0.05), "") << "one in between brought the least gain";
  EXPECT_EQ(measure({-0.2}, 0.05), "each of its last 3 measured actions relieved less than 5 %, the least gain");
}

TEST_F(TrustTest, WhatIsNotCountedTakesNothingAway) {
  measure({0.0, 0.0});
  for (int i = 0; i < 100; ++i) trust_.note_not_counted("Hot", "h1 went stale");
  EXPECT_EQ(trust_.lost("Hot"), nullptr);
  EXPECT_EQ(trust_.all().at("Hot").not_counted, 100U);
  EXPECT_EQ(trust_.all().at("Hot").not_counted_why, "h1 went stale");
}

TEST_F(TrustTest, OnlyAnOperatorGivesTheRightBackAndThenItBeginsAnew) {
  measure({0, 0, 0});
  EXPECT_EQ(measure({0.4, 0.4, 0.4, 0.4, 0.4}), "");
  EXPECT_NE(trust_.lost("Hot"), nullptr) << "good actions that were under way do not give it back";
  EXPECT_TRUE(trust_.give_back("Hot"));
  EXPECT_EQ(trust_.lost("Hot"), nullptr);
  EXPECT_FALSE(trust_.give_back("Hot")) << "it has it";
  EXPECT_FALSE(trust_.give_back("Nobody"));
  EXPECT_EQ(measure({0, 0}), "") << "the old measurements do not count";
  EXPECT_NE(measure({0}), "");
}

TEST_F(TrustTest, AThousandRulesAreKeptAndThoseThatLostTheirRightAreNeverForgotten) {
  measure({0, 0, 0});
  for (int i = 0; i < 3000; ++i) trust_.note_not_counted("r" + std::to_string(i), "x");
  EXPECT_EQ(trust_.all().size(), Trust::kMostRules);
  EXPECT_NE(trust_.lost("Hot"), nullptr);
}

TEST(RuleTrust, TheMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle) {
  RuleTrust rule;
  EXPECT_EQ(median_relief_ratio(rule), std::nullopt);
  rule.newest = {{"a", {}, 0.4, 0.4, ""}, {"b", {}, 0.4, 0.2, ""}};
  EXPECT_DOUBLE_EQ(*median_relief_ratio(rule), 0.75);
}

}  // namespace
}  // namespace hotspot::plan
