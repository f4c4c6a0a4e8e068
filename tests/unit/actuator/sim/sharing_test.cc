// How a node's CPU is divided.
#include "actuator/sim/sharing.h"

#include <gtest/gtest.h>

namespace hotspot::simulation {
namespace {

double sum_of_gets(const std::vector<Claim>& claims) {
  double sum = 0;
  for (const Claim& one : claims) sum += one.gets;
  return sum;
}

TEST(Sharing, EachGetsWhatItWantsWhereThereIsEnough) {
  std::vector<Claim> claims{{.wants = 1}, {.wants = 2.5}, {.wants = 0}};
  share(4, claims);
  for (const Claim& one : claims) EXPECT_EQ(one.gets, one.wants);
}

TEST(Sharing, WhoWantsLittleGetsItAndTheOthersShareTheRestEqually) {
  std::vector<Claim> claims{{.wants = 16}, {.wants = 1}, {.wants = 10}};
  share(9, claims);
  EXPECT_DOUBLE_EQ(claims[0].gets, 4);
  EXPECT_DOUBLE_EQ(claims[1].gets, 1);
  EXPECT_DOUBLE_EQ(claims[2].gets, 4);
}

TEST(Sharing, GivesByWeight) {
  std::vector<Claim> claims{{.wants = 8, .weight = 3}, {.wants = 8, .weight = 1}};
  share(4, claims);
  EXPECT_DOUBLE_EQ(claims[0].gets, 3);
  EXPECT_DOUBLE_EQ(claims[1].gets, 1);
}

TEST(Sharing, GivesAllThereIsAndNoMoreThanIsWanted) {
  for (int seed = 1; seed < 200; ++seed) {
    std::vector<Claim> claims;
    double wanted = 0;
    for (int i = 0; i < seed % 17 + 1; ++i) {
      claims.push_back({.wants = (seed * 31 + i * 17) % 13 * 0.7, .weight = 1.0 + (seed + i) % 4});
      wanted += claims.back().wants;
    }
    const double capacity = seed % 23;
    share(capacity, claims);
    EXPECT_NEAR(sum_of_gets(claims), std::min(capacity, wanted), 1e-9) << seed;
    for (const Claim& one : claims) {
      EXPECT_GE(one.gets, 0) << seed;
      EXPECT_LE(one.gets, one.wants + 1e-12) << seed;
    }
  }
}

TEST(Sharing, GivesNothingWhereNothingIsLeft) {
  std::vector<Claim> claims{{.wants = 1}};
  share(-1, claims);
  EXPECT_EQ(claims[0].gets, 0);
}

}  // namespace
}  // namespace hotspot::simulation
