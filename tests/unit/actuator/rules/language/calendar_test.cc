#include "actuator/rules/language/calendar.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace hotspot::rules {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// minute, hour, day of the month, day of the week, day of the year, days in the month, month, year
using Parts = std::array<double, 8>;

Parts parts(double seconds) {
  return {minute(seconds),      hour(seconds),          day_of_month(seconds), day_of_week(seconds),
          day_of_year(seconds), days_in_month(seconds), month(seconds),        year(seconds)};
}

TEST(Calendar, BeginsOnAThursdayIn1970) { EXPECT_EQ(parts(0), (Parts{0, 0, 1, 4, 1, 31, 1, 1970})); }

TEST(Calendar, KnowsTheSecondBefore1970) { EXPECT_EQ(parts(-1), (Parts{59, 23, 31, 3, 365, 31, 12, 1969})); }

TEST(Calendar, DropsFractionsTowardsZeroAsPrometheusDoes) {
  EXPECT_EQ(parts(-0.5), parts(0));
  EXPECT_EQ(parts(59.9), parts(59));
}

TEST(Calendar, HasALeapDayInFourHundredYearsButNotInACentury) {
  EXPECT_EQ(parts(951'782'400), (Parts{0, 0, 29, 2, 60, 29, 2, 2000}));
  EXPECT_EQ(parts(1'709'251'199), (Parts{59, 23, 29, 4, 60, 29, 2, 2024}));
  EXPECT_EQ(parts(4'107'542'400), (Parts{0, 0, 1, 1, 60, 31, 3, 2100}));
  EXPECT_EQ(parts(-2'203'891'200), (Parts{0, 0, 1, 4, 60, 31, 3, 1900}));
}

TEST(Calendar, GoesOnWhereTheYearsOfTheStandardLibraryEnd) {
  EXPECT_EQ(parts(971'890'963'199), (Parts{59, 23, 31, 0, 365, 31, 12, 32'767}));
  EXPECT_EQ(parts(971'890'963'200), (Parts{0, 0, 1, 1, 1, 31, 1, 32'768}));
  EXPECT_EQ(parts(1e15), (Parts{46, 1, 5, 0, 187, 31, 7, 31'690'708}));
  EXPECT_EQ(parts(9.2e18), (Parts{33, 11, 31, 5, 244, 31, 8, 291'536'396'232}));
}

TEST(Calendar, CountsYearsBeforeChrist) {
  EXPECT_EQ(parts(-62'167'219'201), (Parts{59, 23, 31, 5, 365, 31, 12, -1}));
  EXPECT_EQ(parts(-1e12), (Parts{13, 22, 5, 2, 95, 30, 4, -29'719}));
  EXPECT_EQ(parts(-9.2e18), (Parts{26, 12, 3, 2, 123, 31, 5, -291'536'392'293}));
}

// As Debian's promtool computes them: Go's seconds since the year -292277022399 are modulo 2^64.
TEST(Calendar, ComesRoundAtTheEndsOfWhatSixtyFourBitsCount) {
  EXPECT_EQ(parts(-9223372028715321000.0), (Parts{4, 0, 1, 1, 1, 31, 1, -292'277'022'399}));
  EXPECT_EQ(parts(9223372036854774784.0), (Parts{13, 15, 4, 0, 339, 31, 12, 292'277'026'596}));
  EXPECT_EQ(parts(-9223372036854774784.0), (Parts{47, 15, 4, 0, 339, 31, 12, 292'277'026'596}));
  EXPECT_EQ(parts(-9223372036854775808.0), (Parts{30, 15, 4, 0, 339, 31, 12, 292'277'026'596}));
}

TEST(Calendar, TakesWhatIsNoTimeForTheLastSecondThereIs) {
  const Parts last{30, 15, 4, 0, 339, 31, 12, 292'277'026'596};
  for (const double none : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN(), 1e19, -1e19})
    EXPECT_EQ(parts(none), last) << none;
}

}  // namespace
}  // namespace hotspot::rules
