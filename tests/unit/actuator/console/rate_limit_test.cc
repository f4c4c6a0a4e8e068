#include "actuator/console/rate_limit.h"

#include <gtest/gtest.h>

namespace hotspot::console {
namespace {

constexpr Milliseconds kFirst{1'000'000};

TEST(RateLimit, AllowsABurstAndThenOneForEachRefill) {
  RateLimit limit({.burst = 3, .refill = Milliseconds(1000)});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.take("a", kFirst), Milliseconds(0));
  EXPECT_EQ(limit.take("a", kFirst), Milliseconds(1000));
  EXPECT_EQ(limit.take("a", kFirst + Milliseconds(400)), Milliseconds(600));
  EXPECT_EQ(limit.take("a", kFirst + Milliseconds(1000)), Milliseconds(0));
  EXPECT_GT(limit.take("a", kFirst + Milliseconds(1000)), Milliseconds(0));
}

TEST(RateLimit, OfOneIsNotThatOfAnother) {
  RateLimit limit({.burst = 1, .refill = Milliseconds(1000)});
  EXPECT_EQ(limit.take("a", kFirst), Milliseconds(0));
  EXPECT_EQ(limit.take("b", kFirst), Milliseconds(0));
}

TEST(RateLimit, RemembersABoundedNumber) {
  RateLimit limit({.burst = 1, .refill = Milliseconds(1000), .most_names = 100});
  for (int i = 0; i < 10'000; ++i) limit.take(std::to_string(i), kFirst + Milliseconds(i / 100));
  EXPECT_LE(limit.size(), 100u);
}

TEST(RateLimit, AskingTakesNothing) {
  RateLimit limit({.burst = 1, .refill = Milliseconds(1000)});
  EXPECT_EQ(limit.wait_of("a", kFirst), Milliseconds(0));
  EXPECT_EQ(limit.wait_of("a", kFirst), Milliseconds(0));
  EXPECT_EQ(limit.take("a", kFirst), Milliseconds(0));
  EXPECT_EQ(limit.wait_of("a", kFirst), Milliseconds(1000));
}

TEST(RateLimit, OfAnIpv6AddressIsThatOfItsNetwork) {
  EXPECT_EQ(limited_part("2001:db8:1:2:3:4:5:6"), limited_part("2001:db8:1:2::9"));
  EXPECT_NE(limited_part("2001:db8:1:2::9"), limited_part("2001:db8:1:3::9"));
  EXPECT_EQ(limited_part("192.0.2.7"), "192.0.2.7");
}

}  // namespace
}  // namespace hotspot::console
