#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/ctl/picture/axis.h"

namespace hotspot::ctl {
namespace {

using model::Unit;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> axis_texts(double lowest, double highest, MaybeUnit unit) {
  std::vector<std::string> texts;
  for (const double tick : value_axis(lowest, highest, unit).ticks) texts.push_back(value_text(tick, unit));
  return texts;
}

model::TimeZone berlin() {  // summer from 2026-03-29 to 2026-10-25, 01:00 UTC
  return {.name = "Europe/Berlin", .spans = {{0, 3600, "CET"}, {1774746000, 7200, "CEST"}, {1792890000, 3600, "CET"}}};
}

WallTime utc(std::int64_t unix_seconds) { return from_unix_ms(unix_seconds * 1000); }
constexpr std::int64_t kMonday = 1795392000;  // 2026-11-23 00:00 UTC

std::vector<std::string> tick_texts(WallTime from, WallTime to, const model::TimeZone& zone, std::size_t most = 11) {
  std::vector<std::string> texts;
  for (const TimeTick& tick : time_ticks(from, to, zone, most)) texts.push_back(tick.text);
  return texts;
}

TEST(PictureAxis, RatiosHaveAllFromNothingToAHundredPerCent) {
  EXPECT_THAT(axis_texts(0.2, 0.95, Unit::kRatio), ElementsAre("0 %", "25 %", "50 %", "75 %", "100 %"));
  EXPECT_THAT(axis_texts(0.01, 0.19, Unit::kRatio), ElementsAre("0 %", "5 %", "10 %", "15 %", "20 %"));
  EXPECT_THAT(axis_texts(0.2, 3.4, Unit::kRatio), ElementsAre("0 %", "100 %", "200 %", "300 %", "400 %"));
}

TEST(PictureAxis, BytesArePowersOfTwo) {
  const double mebi = 1 << 20;
  EXPECT_THAT(axis_texts(0, 900 * mebi, Unit::kBytes), ElementsAre("0 B", "256 MiB", "512 MiB", "768 MiB", "1 GiB"));
  EXPECT_EQ(value_text(1.5 * mebi, Unit::kBytesPerSecond), "1.5 MiB/s");
}

TEST(PictureAxis, OtherNumbersAreRoundAndShort) {
  EXPECT_THAT(axis_texts(3, 41, std::nullopt), ElementsAre("0", "10", "20", "30", "40", "50"));
  EXPECT_THAT(axis_texts(-3, 4, std::nullopt), ElementsAre("-4", "-2", "0", "2", "4"));
  EXPECT_EQ(value_text(2'500'000, Unit::kPerSecond), "2.5M/s");
  EXPECT_EQ(value_text(90, Unit::kSeconds), "1 min 30 s");
  EXPECT_EQ(value_text(0.25, Unit::kSeconds), "0.25 s");
  EXPECT_EQ(value_text(-0.0, std::nullopt), "0");
}

TEST(PictureAxis, HoldsWhateverThereIsAndHasFewTicks) {
  const std::vector<double> odd{-1e308, -1e300, -5, -1e-12,       -5e-324,    0,    5e-324, 1e-300,
                                1e-9,   0.3,    1,  1.0000000001, 1795392000, 1e18, 1e308};
  for (const double low : odd) {
    for (const double high : odd) {
      if (high < low) continue;
      for (const MaybeUnit unit :
           {MaybeUnit(), MaybeUnit(Unit::kRatio), MaybeUnit(Unit::kBytes), MaybeUnit(Unit::kSeconds)}) {
        const ValueAxis axis = value_axis(low, high, unit);
        EXPECT_LT(axis.lowest, axis.highest) << low << " to " << high;
        EXPECT_LE(axis.lowest, std::max(low, -1e300) + 1e-6 * (axis.highest - axis.lowest)) << low << " to " << high;
        EXPECT_GE(axis.highest, std::min(high, 1e300) - 1e-6 * (axis.highest - axis.lowest)) << low << " to " << high;
        EXPECT_LE(axis.ticks.size(), 8U) << low << " to " << high;
        for (const double tick : axis.ticks) EXPECT_LE(value_text(tick, unit).size(), 24U);
      }
    }
  }
}

TEST(PictureAxis, TimesAreRoundOnTheClocksOfTheZone) {
  EXPECT_THAT(tick_texts(utc(kMonday - 7200), utc(kMonday + 7200), berlin(), 6),
              ElementsAre("23:00", "Mon 23 Nov", "01:00", "02:00", "03:00"));
  EXPECT_THAT(tick_texts(utc(kMonday + 5), utc(kMonday + 65), {}, 6),
              ElementsAre("00:00:15", "00:00:30", "00:00:45", "00:01:00"));
}

TEST(PictureAxis, AWeekHasItsDays) {
  EXPECT_THAT(
      tick_texts(utc(kMonday + 3600), utc(kMonday + 3600 + 7 * 86400), {}),
      ElementsAre("Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov", "Sat 28 Nov", "Sun 29 Nov", "Mon 30 Nov"));
}

TEST(PictureAxis, MidnightIsMidnightAlsoAfterClocksWerePutForward) {
  const auto ticks = time_ticks(utc(1774746000 - 2 * 86400), utc(1774746000 + 2 * 86400), berlin(), 6);
  ASSERT_THAT(ticks, SizeIs(4));
  EXPECT_EQ(ticks[1].at - ticks[0].at, std::chrono::hours(24));
  EXPECT_EQ(ticks[2].at - ticks[1].at, std::chrono::hours(23)) << "the night in which they were";
}

TEST(PictureAxis, NeverHasMoreTimesThanFit) {
  for (const std::int64_t span :
       {0LL, 1LL, 59LL, 3600LL, 86400LL, 40LL * 86400, 4000LL * 86400, 100'000LL * 86400, 9'000'000'000'000LL}) {
    EXPECT_LE(time_ticks(utc(kMonday), utc(kMonday + span), berlin(), 11).size(), 11U) << span;
  }
}

TEST(PictureAxis, ADateSaysItsZone) {
  EXPECT_EQ(date_text(utc(kMonday + 5), {}), "Mon 2026-11-23 00:00:05 UTC");
  EXPECT_EQ(date_text(utc(1774746000 - 1), berlin()), "Sun 2026-03-29 01:59:59 CET");
  EXPECT_EQ(date_text(utc(1774746000), berlin()), "Sun 2026-03-29 03:00:00 CEST");
}

}  // namespace
}  // namespace hotspot::ctl
