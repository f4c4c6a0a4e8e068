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
    auto again = ConditionSamples::from_text(samples.text(), n);
    ASSERT_TRUE(again) << samples.text();
    ASSERT_EQ(again->text(), samples.text());
    samples = std::move(*again);
  }
}
INSTANTIATE_TEST_SUITE_P(ConditionSamples, Counting, ::testing::Values(1, 3, 5, 63, 64, 65, 128, 200, 1000));

TEST(ConditionSamples, TakeLittleMemoryHoweverManyAreCounted) {
  EXPECT_LE(ConditionSamples::bytes_for(5), 5 * sizeof(ConditionSamples::Sample));
  EXPECT_LE(ConditionSamples::bytes_for(1000), 1024u) << "24,000 when each was kept with its times";
}

TEST(ConditionSamples, ReadWhatVersionsBeforeWrote) {
  const auto read = ConditionSamples::from_text("1000/1200+2000/2200-3000/3200+", 1000);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 3u);
  EXPECT_EQ(read->held(), 2u);
  std::string many;
  for (int i = 0; i < 300; ++i) many += std::to_string(i) + "/" + std::to_string(i) + (i < 100 ? "-" : "+");
  auto old = ConditionSamples::from_text(many, 1000);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->held(), 200u);
  old->push({from_unix_ms(300), from_unix_ms(300), true}, 300);
  EXPECT_EQ(old->held(), 201u);
  EXPECT_EQ(old->first_held()->taken_at, from_unix_ms(100));
}

TEST(ConditionSamples, RefuseTextsThatAreNone) {
  for (const char* text :
       {"1", "1/2", "1/2*", "1/2~3/4", "1/2~3/4=0:1;", "1/2~3/4=65:1;", "1/2~3/4=5:g;", "x", "1/2+1/2~3/4=5:1;"}) {
    EXPECT_FALSE(ConditionSamples::from_text(text, 1000)) << text;
  }
  EXPECT_FALSE(ConditionSamples::from_text("1/1+2/2+3/3+", 2)) << "more than are counted";
}

}  // namespace
}  // namespace hotspot::rules
