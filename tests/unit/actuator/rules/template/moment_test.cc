#include "actuator/rules/template/moment.h"

#include <gtest/gtest.h>

#include <limits>

namespace hotspot::rules::templates {
namespace {

constexpr std::string_view kLayout = "Mon 2006-01-02 15:04:05.000000000 002";

TEST(Moment, IsADateInUtcOnBothSidesOf1970) {
  EXPECT_EQ(format_moment(0, kLayout), "Thu 1970-01-01 00:00:00.000000000 001");
  EXPECT_EQ(format_moment(-1, kLayout), "Wed 1969-12-31 23:59:59.999999999 365");
  EXPECT_EQ(format_moment(951'782'400'000'000'000, kLayout), "Tue 2000-02-29 00:00:00.000000000 060");
  EXPECT_EQ(format_moment(-2'203'891'200'000'000'000, kLayout), "Thu 1900-03-01 00:00:00.000000000 060");
}

TEST(Moment, ReachesAsFarAs64BitsOfNanosecondsDo) {
  EXPECT_EQ(format_moment(std::numeric_limits<std::int64_t>::max(), kLayout), "Fri 2262-04-11 23:47:16.854775807 101");
  EXPECT_EQ(format_moment(std::numeric_limits<std::int64_t>::min(), kLayout), "Tue 1677-09-21 00:12:43.145224192 264");
}

}  // namespace
}  // namespace hotspot::rules::templates
