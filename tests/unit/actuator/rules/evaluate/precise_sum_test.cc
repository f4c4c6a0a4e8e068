// A sum is the same in every order of its parts, and the nearest number to what it is.
#include "actuator/rules/evaluate/precise_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace hotspot::rules {
namespace {

PreciseSum sum_of(const std::vector<double>& parts) {
  PreciseSum sum;
  for (const double part : parts) sum.add(part);
  return sum;
}

void expect_in_any_order(std::vector<double> parts, double sum) {
  std::sort(parts.begin(), parts.end());
  do {
    EXPECT_EQ(sum_of(parts).sum(), sum);
  } while (std::next_permutation(parts.begin(), parts.end()));
}

TEST(PreciseSum, IsTheSameInEveryOrder) {
  expect_in_any_order({100, 200, 300, 400}, 1000);
  expect_in_any_order({0.1, 0.2, 0.3, 0.4, 0.5}, 1.5);
  expect_in_any_order({1e16, 1, -1e16}, 1);
  expect_in_any_order({1e100, 1, -1e100, 1e-100}, 1);
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> digits(-1, 1);
  std::vector<double> parts;
  for (int i = 0; i < 1000; ++i) parts.push_back(digits(random) * std::pow(10, i % 30));
  const double first = sum_of(parts).sum();
  for (int round = 0; round < 100; ++round) {
    std::shuffle(parts.begin(), parts.end(), random);
    ASSERT_EQ(sum_of(parts).sum(), first) << "round " << round;
  }
}

TEST(PreciseSum, HasTheMeanOfItsParts) { EXPECT_EQ(sum_of({300, 100, 400, 200}).mean(4), 250); }

TEST(PreciseSum, PassesTheLargestNumberOnItsWay) {
  constexpr double kMost = std::numeric_limits<double>::max();
  expect_in_any_order({kMost, kMost, -kMost}, kMost);
  EXPECT_EQ(sum_of({kMost, kMost}).mean(2), kMost);
  EXPECT_EQ(sum_of({kMost, kMost}).sum(), std::numeric_limits<double>::infinity());
}

TEST(PreciseSum, KnowsInfinitiesAndWhatIsNoNumber) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  expect_in_any_order({1, kInfinity, 2}, kInfinity);
  expect_in_any_order({1, -kInfinity, 2}, -kInfinity);
  EXPECT_TRUE(std::isnan(sum_of({1, kInfinity, -kInfinity}).sum()));
  EXPECT_TRUE(std::isnan(sum_of({1, std::numeric_limits<double>::quiet_NaN(), 2}).mean(3)));
}

}  // namespace
}  // namespace hotspot::rules
