#include "actuator/rules/store/condition_samples.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace hotspot::rules {
namespace {

constexpr WallTime kStart = from_unix_ms(1'800'000'000'000);

// As it was before: every sample with its times.
struct Naive {
  std::deque<ConditionSamples::Sample> all;
  void push(const ConditionSamples::Sample& sample, std::size_t n) {
    all.push_back(sample);
    while (all.size() > n) all.pop_front();
  }
  std::size_t held() const {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& s) { return s.held; }));
  }
  std::optional<ConditionSamples::Sample> first_held() const {
    for (const auto& one : all) {
      if (one.held) return one;
    }
    return std::nullopt;
  }
};

class Counting : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Counting, CountsAsIfEachSampleWereKeptWithItsTimes) {
  const std::size_t n = GetParam();
  std::mt19937 random(static_cast<unsigned>(n));
  ConditionSamples samples;
  Naive naive;
  for (std::size_t i = 0; i < 3 * n + 100; ++i) {
    const WallTime at = kStart + Milliseconds(1000) * static_cast<int>(i);
    const ConditionSamples::Sample one{at, at + Milliseconds(200), random() % 5 == 0};
    samples.push(one, n);
    naive.push(one, n);
    ASSERT_EQ(samples.size(), naive.all.size());
    ASSERT_EQ(samples.held(), naive.held()) << "after sample " << i;
    ASSERT_EQ(samples.first_held(), naive.first_held()) << "after sample " << i;
    if (i % 37 != 0) continue;
    auto again = ConditionSamples::from_runs(samples.runs(), n);
    ASSERT_TRUE(again) << "after sample " << i;
    ASSERT_EQ(again->runs(), samples.runs());
    samples = std::move(*again);
  }
}
INSTANTIATE_TEST_SUITE_P(ConditionSamples, Counting, ::testing::Values(1, 3, 5, 63, 64, 65, 128, 200, 1000));

TEST(ConditionSamples, TakeLittleMemoryHoweverManyAreCounted) {
  EXPECT_LE(ConditionSamples::bytes_for(5), 5 * sizeof(ConditionSamples::Sample));
  EXPECT_LE(ConditionSamples::bytes_for(1000), 1024u) << "24,000 when each was kept with its times";
}

ConditionSamples::Run single(int at, bool held) {
  return {.first = {from_unix_ms(at), from_unix_ms(at)}, .last = {}, .count = 1, .held = held ? 1U : 0U};
}

ConditionSamples::Run many(std::uint32_t count) {
  ConditionSamples::Run run = single(1, true);
  run.last = ConditionSamples::Run::Times{from_unix_ms(9), from_unix_ms(9)};
  run.count = count;
  return run;
}

// As versions before stored them, however many there were.
TEST(ConditionSamples, TakeAnyNumberOfSingleOnes) {
  std::vector<ConditionSamples::Run> runs;
  for (int i = 0; i < 300; ++i) runs.push_back(single(i, i >= 100));
  auto read = ConditionSamples::from_runs(runs, 1000);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->held(), 200u);
  read->push({from_unix_ms(300), from_unix_ms(300), true}, 300);
  EXPECT_EQ(read->held(), 201u);
  EXPECT_EQ(read->first_held()->taken_at, from_unix_ms(100));
}

TEST(ConditionSamples, CountOnlyTheBitsOfARun) {
  ConditionSamples::Run run = many(3);
  run.held = ~std::uint64_t{0};
  EXPECT_EQ(ConditionSamples::from_runs({run}, 1000)->held(), 3u);
}

TEST(ConditionSamples, RefuseRunsThatAreNone) {
  EXPECT_TRUE(ConditionSamples::from_runs({many(64), single(10, true)}, 1000));
  EXPECT_FALSE(ConditionSamples::from_runs({many(0)}, 1000));
  EXPECT_FALSE(ConditionSamples::from_runs({many(65)}, 1000));
  EXPECT_FALSE(ConditionSamples::from_runs({single(1, true), many(5)}, 1000));
  EXPECT_FALSE(ConditionSamples::from_runs({single(1, true), single(2, true), single(3, true)}, 2)) << "too many";
  EXPECT_FALSE(ConditionSamples::from_runs({many(64), many(64)}, 100)) << "too many";
}

}  // namespace
}  // namespace hotspot::rules
