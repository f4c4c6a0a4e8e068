#include "telemetry/utf8.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

TEST(Utf8, StepsThroughCharactersOfOneToFourBytes) {
  std::string_view text = "aé€😀";
  for (const char32_t code : {U'a', U'é', U'€', U'😀'}) {
    const Character next = first_character(text);
    EXPECT_TRUE(next.valid);
    EXPECT_EQ(next.code, code);
    EXPECT_EQ(utf8_of(code), text.substr(0, next.bytes));
    text.remove_prefix(next.bytes);
  }
  EXPECT_TRUE(text.empty());
}

TEST(Utf8, TakesAByteThatBeginsNoCharacterByItself) {
  for (const std::string_view wrong : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                       "\xf8\x88\x80\x80", "\xe2\x82", "\xff"}) {
    const Character next = first_character(wrong);
    EXPECT_FALSE(next.valid) << testing::PrintToString(wrong);
    EXPECT_EQ(next.bytes, 1u) << testing::PrintToString(wrong);
    EXPECT_EQ(find_invalid_utf8("né" + std::string(wrong)), 3u) << testing::PrintToString(wrong);
  }
}

TEST(Utf8, FindsNothingWrongInWhatIsUtf8) {
  EXPECT_EQ(find_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("näher, \xef\xbf\xbd, \xf4\x8f\xbf\xbf"), std::nullopt);
}

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(whole_characters("a€b", 5), 5u);
  EXPECT_EQ(whole_characters("a€b", 4), 4u);
  EXPECT_EQ(whole_characters("a€b", 3), 1u);
  EXPECT_EQ(whole_characters("a€b", 2), 1u);
  EXPECT_EQ(whole_characters("a€b", 1), 1u);
  EXPECT_EQ(whole_characters("€", 0), 0u);
  EXPECT_EQ(whole_characters("", 0), 0u);
}

TEST(Utf8, WritesTheReplacementCharacterForWhatIsNone) {
  EXPECT_EQ(utf8_of(0xd800), "\xef\xbf\xbd");
  EXPECT_EQ(utf8_of(0x110000), "\xef\xbf\xbd");
  EXPECT_EQ(utf8_of(0xffffffffffu), "\xef\xbf\xbd");
}

}  // namespace
}  // namespace hotspot::telemetry
