#include "common/text/ascii.h"

#include <gtest/gtest.h>

namespace hotspot::text {
namespace {

TEST(Ascii, ChangesTheCaseOfAsciiLettersAlone) {
  EXPECT_EQ(lower_case("Sentinel-Password_1 ÄÉ"), "sentinel-password_1 ÄÉ");
  EXPECT_EQ(upper_case("name äé 7"), "NAME äé 7");
}

TEST(Ascii, KnowsLettersAndDigitsByTheirBytes) {
  for (const char c : {'a', 'z', 'A', 'Z', '0', '9'}) EXPECT_TRUE(is_letter_or_digit(c)) << c;
  for (const char c : {'@', '[', '`', '{', '/', ':', '_', '\xe4', '\0'}) EXPECT_FALSE(is_letter_or_digit(c)) << c;
}

}  // namespace
}  // namespace hotspot::text
