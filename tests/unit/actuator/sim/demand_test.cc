// What domains want over time.
#include "actuator/sim/demand.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hotspot::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

double at(const Demand& demand, Milliseconds since, std::uint64_t seed = 1, std::uint64_t stream = 0) {
  return demand_at(demand, {since, since % Milliseconds(hours(24))}, {seed, stream});
}

TEST(Demand, IsASineOfTheDayWithItsPeakAtItsTime) {
  const Demand daily{Daily{.mean = 2, .swing = 1.5, .peak = hours(15)}, 0};
  EXPECT_NEAR(at(daily, hours(15)), 3.5, 1e-9);
  EXPECT_NEAR(at(daily, hours(3)), 0.5, 1e-9);
  EXPECT_NEAR(at(daily, hours(9)), 2, 1e-9);
  EXPECT_NEAR(at(daily, hours(39)), 3.5, 1e-9) << "the next day";
}

TEST(Demand, IsNeverBelowZero) {
  const Demand daily{Daily{.mean = 1, .swing = 2, .peak = hours(12)}, 0};
  EXPECT_EQ(at(daily, hours(0)), 0);
}

TEST(Demand, GoesInStepsAndBeginsAgainWhereItRepeats) {
  const Demand steps{Steps{.values = {{minutes(10), 1}, {minutes(20), 4}}}, 0};
  EXPECT_EQ(at(steps, minutes(0)), 1) << "before the first it is the first";
  EXPECT_EQ(at(steps, minutes(19)), 1);
  EXPECT_EQ(at(steps, minutes(20)), 4);
  EXPECT_EQ(at(steps, hours(20)), 4);
  const Demand again{Steps{.values = {{minutes(0), 1}, {minutes(20), 4}}, .repeats = minutes(30)}, 0};
  EXPECT_EQ(at(again, minutes(29)), 4);
  EXPECT_EQ(at(again, minutes(30)), 1);
}

TEST(Demand, FollowsATraceInStraightLinesAndFromTheBeginningAgain) {
  const auto samples = std::make_shared<const std::vector<float>>(std::vector<float>{0, 50, 100});
  const Demand trace{Trace{.samples = samples, .scale = 0.02}, 0};
  EXPECT_DOUBLE_EQ(at(trace, minutes(5)), 1);
  EXPECT_DOUBLE_EQ(at(trace, Milliseconds(minutes(7)) + Milliseconds(30'000)), 1.5);
  EXPECT_DOUBLE_EQ(at(trace, minutes(15)), 0);
}

TEST(Demand, HasTheSameNoiseForTheSameSeedAndAnotherForAnotherSeedOrDomain) {
  const Demand noisy{Constant{10}, 0.1};
  EXPECT_EQ(at(noisy, minutes(3)), at(noisy, minutes(3)));
  EXPECT_NE(at(noisy, minutes(3)), at(noisy, minutes(4)));
  EXPECT_NE(at(noisy, minutes(3), 1), at(noisy, minutes(3), 2));
  EXPECT_NE(at(noisy, minutes(3), 1, 0), at(noisy, minutes(3), 1, 1));
}

TEST(Demand, HasNoiseOfTheDeviationThatItSays) {
  double sum = 0, squares = 0;
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    const double noise = normal_noise({7, 3}, static_cast<std::uint64_t>(i));
    sum += noise, squares += noise * noise;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.03);
  EXPECT_NEAR(std::sqrt(squares / kCount), 1, 0.03);
}

}  // namespace
}  // namespace hotspot::simulation
