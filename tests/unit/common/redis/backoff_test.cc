#include "common/redis/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace hotspot::redis {
namespace {

TEST(Backoff, DoublesUpToTheLimit) {
  redis::Backoff backoff({.first = Milliseconds(100), .longest = Milliseconds(500), .jitter_ratio = 0}, 1);
  EXPECT_EQ(backoff.next(), Milliseconds(100));
  EXPECT_EQ(backoff.next(), Milliseconds(200));
  EXPECT_EQ(backoff.next(), Milliseconds(400));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(backoff.next(), Milliseconds(500));
}

TEST(Backoff, BeginsAnewAfterReset) {
  redis::Backoff backoff({.first = Milliseconds(100), .longest = Milliseconds(500), .jitter_ratio = 0}, 1);
  backoff.next();
  backoff.next();
  backoff.reset();
  EXPECT_EQ(backoff.next(), Milliseconds(100));
}

TEST(Backoff, JitterStaysWithinItsShareAndDiffersBySeed) {
  std::set<Milliseconds> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    redis::Backoff backoff({.first = Milliseconds(1000), .longest = Milliseconds(1000), .jitter_ratio = 0.25}, seed);
    backoff.next();
    const auto delay = backoff.next();
    EXPECT_GE(delay, Milliseconds(750));
    EXPECT_LE(delay, Milliseconds(1250));
    seen.insert(delay);
  }
  EXPECT_GT(seen.size(), 20u);
}

}  // namespace
}  // namespace hotspot::redis
