#include "actuator/loop/episodes.h"

#include <gmock/gmock.h>

namespace hotspot::loop {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Milliseconds kTick{1000}, kSixtySeconds{60'000};

class EpisodesTest : public ::testing::Test {
 protected:
  static Episode fires(const std::string& domain, const std::string& rule = "Hot") {
    return {.key = rule + " " + domain,
            .kind = "rule",
            .group = "rule " + rule,
            .subject = domain,
            .level = LogLevel::kInfo,
            .begins = "rule " + rule + " fires on " + domain,
            .ends = "rule " + rule + " is resolved on " + domain,
            .many = "rule " + rule + " fires on",
            .many_end = "rule " + rule + " is resolved on",
            .again = "fired",
            .window = 10 * kSixtySeconds};
  }
  static Episode away() {
    return {.key = "redis",
            .kind = "redis",
            .group = "Redis",
            .subject = "Redis",
            .level = LogLevel::kError,
            .begins = "Redis is away",
            .ends = "Redis is well again",
            .again = "was away"};
  }
  std::vector<std::string> said() {
    episodes_.say(now_);
    return std::exchange(lines_, {});
  }
  Milliseconds now_{kSixtySeconds};
  std::vector<std::string> lines_;
  Episodes episodes_{[this](LogLevel, const std::string& line) { lines_.push_back(line); }};
};

TEST_F(EpisodesTest, ATroubleIsToldWhenItBeginsAndWithItsLengthWhenItEnds) {
  episodes_.begin(away(), now_);
  EXPECT_THAT(said(), ElementsAre("Redis is away"));
  now_ += kTick;
  episodes_.begin(away(), now_);
  EXPECT_THAT(said(), IsEmpty());
  now_ += 2300 * Milliseconds(1);
  episodes_.end("redis", now_);
  EXPECT_THAT(said(), ElementsAre("Redis is well again after 3.3 s"));
  episodes_.end("redis", now_);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(EpisodesTest, OneOutageThatTwoSeeBeginsOnceAndEndsOnce) {
  episodes_.begin(away(), now_, "reader");
  episodes_.begin(away(), now_ + kTick, "writer");
  now_ += 2 * kTick;
  episodes_.end("redis", now_, "reader");
  EXPECT_THAT(said(), ElementsAre("Redis is away"));
  now_ += kTick;
  episodes_.end("redis", now_, "writer");
  EXPECT_THAT(said(), ElementsAre("Redis is well again after 3 s"));
}

TEST_F(EpisodesTest, WhatComesAndGoesIsCountedAndSaidOnce) {
  for (int i = 0; i < 20; ++i) {
    episodes_.begin(away(), now_);
    episodes_.say(now_);
    now_ += kTick;
    episodes_.end("redis", now_);
    episodes_.say(now_);
    now_ += kTick;
  }
  EXPECT_THAT(std::exchange(lines_, {}), ElementsAre("Redis is away", "Redis is well again after 1 s"));
  now_ += kSixtySeconds;
  EXPECT_THAT(said(), ElementsAre("Redis: was away 19 times more in 1 min; over now"));
  now_ += kSixtySeconds;
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(EpisodesTest, WhatLastsWhenTheCountIsSaidHasItsEndLater) {
  episodes_.begin(away(), now_);
  episodes_.say(now_);
  episodes_.end("redis", now_ + kTick);
  episodes_.say(now_ + kTick);
  episodes_.begin(away(), now_ + 2 * kTick);
  episodes_.say(now_ + 2 * kTick);
  lines_.clear();
  now_ += kSixtySeconds + kTick;
  EXPECT_THAT(said(), ElementsAre("Redis: was away once more in 1 min; it lasts: Redis"));
  now_ += kSixtySeconds + kTick;
  episodes_.end("redis", now_);
  EXPECT_THAT(said(), ElementsAre("Redis is well again after 2 min"));
}

TEST_F(EpisodesTest, ManyAtOnceAreOneLine) {
  std::vector<Episode> all;
  for (int i = 100; i < 400; ++i) all.push_back(fires("web" + std::to_string(i)));
  episodes_.replace("rule", all, now_);
  EXPECT_THAT(said(), ElementsAre("rule Hot fires on 300: web100, web101, web102, web103, web104 and 295 more"));
  now_ += kSixtySeconds;
  all.resize(1);
  episodes_.replace("rule", all, now_);
  EXPECT_THAT(said(), ElementsAre("rule Hot is resolved on 299: web101, web102, web103, web104, web105 and 294 more; "
                                  "after 1 min"));
  episodes_.replace("rule", {}, now_);
  EXPECT_THAT(said(), ElementsAre("rule Hot is resolved on web100 after 1 min"));
}

TEST_F(EpisodesTest, ManyOneAfterTheOtherAreAFewLinesAndACount) {
  for (int i = 0; i < 300; ++i) {
    episodes_.replace("rule", {fires("web" + std::to_string(i))}, now_);
    episodes_.say(now_);
    now_ += kTick;
  }
  episodes_.replace("rule", {}, now_);
  episodes_.say(now_);
  now_ += 10 * kSixtySeconds;
  episodes_.say(now_);
  EXPECT_THAT(lines_, SizeIs(::testing::Le(20u))) << ::testing::PrintToString(lines_);
  EXPECT_THAT(lines_.back(), ::testing::HasSubstr("more in 10 min"));
}

TEST_F(EpisodesTest, WhatAnotherToldBeforeIsOnlyEnded) {
  episodes_.adopt(fires("web1"), now_ - 3 * kSixtySeconds);
  episodes_.replace("rule", {fires("web1")}, now_);
  EXPECT_THAT(said(), IsEmpty());
  episodes_.replace("rule", {}, now_);
  EXPECT_THAT(said(), ElementsAre("rule Hot is resolved on web1 after 3 min"));
}

TEST_F(EpisodesTest, WhatIsNotOursToTellAnyMoreIsForgotten) {
  episodes_.begin(fires("web1"), now_);
  episodes_.begin(away(), now_);
  said();
  episodes_.forget("rule");
  episodes_.replace("rule", {}, now_);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_TRUE(episodes_.lasts("redis"));
}

TEST_F(EpisodesTest, AnEventHasNoEndAndIsNotRepeatedAllTheTime) {
  const Episode moved{.key = "clock",
                      .kind = "clock",
                      .group = "clock",
                      .subject = "clock",
                      .begins = "the clock moved",
                      .again = "it moved"};
  for (int i = 0; i < 10; ++i) {
    episodes_.event(moved, now_);
    episodes_.say(now_);
    now_ += kTick;
  }
  now_ += kSixtySeconds;
  episodes_.say(now_);
  EXPECT_THAT(lines_, ElementsAre("the clock moved", "clock: it moved 9 times more in 1 min"));
}

TEST_F(EpisodesTest, WhatStrangersCanMakeManyOfIsBounded) {
  for (std::size_t i = 0; i < Episodes::kMost + 500; ++i) episodes_.begin(fires(std::to_string(i)), now_);
  EXPECT_THAT(said(), SizeIs(1));
  EXPECT_TRUE(episodes_.full());
  now_ += 11 * kSixtySeconds;
  EXPECT_THAT(said(), ElementsAre(::testing::HasSubstr("fired 500 times more in 10 min")));
  episodes_.replace("rule", {fires("one more")}, now_);
  EXPECT_FALSE(episodes_.lasts("Hot one more")) << "what lasts is looked at each round: it is not counted each time";
}

}  // namespace
}  // namespace hotspot::loop
