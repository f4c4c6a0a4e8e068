// Worked out by hand from the formulas in forecast.h.
#include "actuator/rules/evaluate/forecast.h"

#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

// A sample every ten seconds, the last one at the evaluation.
class Given {
 public:
  Given(std::initializer_list<double> values, double first) {
    std::int64_t time = 0;
    for (const double value : values) samples_.push_back({time += 10'000, value});
    input_ = {.samples = samples_, .from_ms = 0, .to_ms = time, .time_ms = time, .first = first};
  }
  operator const RangeInput&() const { return input_; }

 private:
  std::vector<Sample> samples_;
  RangeInput input_;
};

TEST(PredictAr, GoesBackToTheMeanByTheAutocorrelation) {
  // Mean 2; squares 1 + 0 + 1 = 2; neighbours 0 + 0 = 0.
  EXPECT_DOUBLE_EQ(*predict_ar(Given({1, 2, 3}, 10)), 2);
  // Mean 0.5; deviations −.5 −.5 .5 .5: squares 1, neighbours .25 − .25 + .25 = .25; one step: .5 + .25 × .5.
  EXPECT_DOUBLE_EQ(*predict_ar(Given({0, 0, 1, 1}, 10)), 0.625);
  EXPECT_DOUBLE_EQ(*predict_ar(Given({0, 0, 1, 1}, 20)), 0.53125);
  EXPECT_DOUBLE_EQ(*predict_ar(Given({0, 0, 1, 1}, 0)), 1);
  EXPECT_DOUBLE_EQ(*predict_ar(Given({7, 7, 7}, 60)), 7);
  EXPECT_FALSE(predict_ar(Given({1, 2}, 10)).has_value());
}

TEST(RobustStatistics, DoNotSeeOneOutlier) {
  EXPECT_DOUBLE_EQ(*mad_over_time(Given({1, 2, 3, 4, 100}, 0)), 1);
  EXPECT_DOUBLE_EQ(*iqr_over_time(Given({1, 2, 3, 4, 100}, 0)), 2);
  EXPECT_DOUBLE_EQ(*mad_upper_over_time(Given({0.1, 0.2, 0.3, 0.4, 1}, 2.5)), 0.75);
  EXPECT_DOUBLE_EQ(*iqr_upper_over_time(Given({0.1, 0.2, 0.3, 0.4, 1}, 1.5)), 0.7);
}

TEST(PredictLoess, FollowsALineExactly) {
  EXPECT_NEAR(*predict_loess(Given({0, 1, 2, 3, 4}, 10)), 5, 1e-12);
  EXPECT_NEAR(*predict_loess_robust(Given({0, 1, 2, 3, 4}, 10)), 5, 1e-12);
  EXPECT_FALSE(predict_loess(Given({0, 1}, 10)).has_value());
}

TEST(PredictLoess, SeesTheRecentTrendMoreThanTheOldOne) {
  // Flat, then rising by one each step: a plain regression would give less.
  const Given rising({0, 0, 0, 0, 0, 0, 1, 2, 3}, 10);
  EXPECT_GT(*predict_loess(rising), 2.9);
}

TEST(PredictLoess, RobustIsMovedLessByAnOutlier) {
  const Given odd({0, 1, 2, 3, 40, 5, 6, 7, 8}, 10);
  EXPECT_LT(std::abs(*predict_loess_robust(odd) - 9), std::abs(*predict_loess(odd) - 9) / 2);
}

}  // namespace
}  // namespace hotspot::rules
