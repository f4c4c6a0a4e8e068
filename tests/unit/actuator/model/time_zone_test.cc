#include "actuator/model/time_zone.h"

#include <gtest/gtest.h>

#include "tests/support/berlin.h"

namespace hotspot::model {
namespace {

using hotspot::testing::at;
using hotspot::testing::berlin;

std::int64_t day_of(const char* utc) { return local_time(at(utc), TimeZone()).day; }

TEST(TimeZone, TellsTheLocalTimeBeforeAndAfterTheClocksChange) {
  const LocalTime winter = local_time(at("2026-03-29 00:59"), berlin());
  EXPECT_EQ(winter.minute, 1 * 60 + 59);
  EXPECT_EQ(winter.zone, "CET");
  EXPECT_EQ(winter.weekday, 0) << "a Sunday";
  const LocalTime summer = local_time(at("2026-03-29 01:00"), berlin());
  EXPECT_EQ(summer.minute, 3 * 60);
  EXPECT_EQ(summer.zone, "CEST");
}

TEST(TimeZone, CountsDaysByTheLocalMidnight) {
  EXPECT_EQ(local_time(at("2026-07-01 21:59"), berlin()).day, day_of("2026-07-01 00:00"));
  EXPECT_EQ(local_time(at("2026-07-01 22:00"), berlin()).day, day_of("2026-07-02 00:00"));
  EXPECT_EQ(local_time(at("1969-12-31 23:30"), TimeZone()).day, -1);
}

TEST(TimeZone, FindsALocalTimeThatTheClocksShowOnce) {
  EXPECT_EQ(when_local(day_of("2026-07-01 00:00"), 6 * 60, berlin(), Twice::kFirst), at("2026-07-01 04:00"));
  EXPECT_EQ(when_local(day_of("2026-12-01 00:00"), 6 * 60, berlin(), Twice::kFirst), at("2026-12-01 05:00"));
}

TEST(TimeZone, TakesATimeThatIsSkippedAsTheMomentOfTheChange) {
  EXPECT_EQ(when_local(day_of("2026-03-29 00:00"), 2 * 60 + 30, berlin(), Twice::kFirst), at("2026-03-29 01:00"));
  EXPECT_EQ(when_local(day_of("2026-03-29 00:00"), 2 * 60 + 30, berlin(), Twice::kSecond), at("2026-03-29 01:00"));
}

TEST(TimeZone, TellsTheTwoApartThatTheClocksShowTwice) {
  EXPECT_EQ(when_local(day_of("2026-10-25 00:00"), 2 * 60 + 30, berlin(), Twice::kFirst), at("2026-10-25 00:30"));
  EXPECT_EQ(when_local(day_of("2026-10-25 00:00"), 2 * 60 + 30, berlin(), Twice::kSecond), at("2026-10-25 01:30"));
}

TEST(TimeZone, SaysATimeAsPeopleDo) {
  const WallTime now = at("2026-10-23 14:00");
  EXPECT_EQ(clock_text(at("2026-10-23 16:05"), now, berlin()), "18:05 CEST");
  EXPECT_EQ(clock_text(at("2026-10-26 21:00"), now, berlin()), "Mon 22:00 CET");
  EXPECT_EQ(clock_text(at("2026-11-24 17:00"), now, berlin()), "2026-11-24 18:00 CET");
  EXPECT_EQ(clock_text(at("2026-10-20 16:00"), now, berlin()), "2026-10-20 18:00 CEST");
}

}  // namespace
}  // namespace hotspot::model
