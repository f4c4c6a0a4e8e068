#include "common/text/visible.h"

#include <gtest/gtest.h>

#include <random>

#include "common/text/characters.h"

namespace hotspot::text {
namespace {

TEST(VisibleTest, LeavesUsualNamesAsTheyAre) {
  EXPECT_EQ(visible("web-1.example"), "web-1.example");
  EXPECT_EQ(visible("größe 数据库 é"), "größe 数据库 é");
  EXPECT_EQ(visible("a\\b"), "a\\b");
}

TEST(VisibleTest, ShowsEscapeSequencesInsteadOfSendingThemToTheTerminal) {
  EXPECT_EQ(visible("a\x1b[31mred\x1b[0m"), "a\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(visible("\x1b]0;title\x07"), "\\x1b]0;title\\x07");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\u009b31m");  // C1: CSI in one character
}

TEST(VisibleTest, ANewlineForgesNoLine) {
  EXPECT_EQ(visible("web1\n[error] all is lost"), "web1\\x0a[error] all is lost");
  EXPECT_EQ(visible("a\r\tb"), "a\\x0d\\x09b");
  EXPECT_EQ(visible("a\xe2\x80\xa8"
                    "b\xe2\x80\xa9"),
            "a\\u2028b\\u2029");
}

TEST(VisibleTest, ShowsMarksThatTurnTheTextAround) {
  EXPECT_EQ(visible("\xe2\x80\xae"
                    "bew"),
            "\\u202ebew");
  EXPECT_EQ(visible("\xe2\x81\xa6x\xe2\x80\x8b"), "\\u2066x\\u200b");
  EXPECT_EQ(visible("\xf3\xa0\x80\xa1"), "\\U000e0021");
}

TEST(VisibleTest, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(visible("a\xff\xc0\xaf"), "a\\xff\\xc0\\xaf");
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(visible("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(visible(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(VisibleTest, CutsAtTheEndOfACharacter) {
  EXPECT_EQ(visible("ééé", 5), "éé…");
  EXPECT_EQ(visible("ééé", 6), "ééé");
  EXPECT_EQ(visible(std::string(300, 'x')), std::string(256, 'x') + "…");
}

TEST(VisibleTest, WhatWasMadeVisibleOnceStaysAsItIs) {
  for (const std::string& name : {std::string(300, 'x'), std::string("a\x1b\n\xff"), std::string("e\xcc\x81")})
    EXPECT_EQ(visible(visible(name)), visible(name));
}

TEST(VisibleTest, ShowsOtherCharactersThatShowNothing) {
  EXPECT_EQ(visible("\xe0\xa2\x90"), "\\u0890");          // a format character of Arabic
  EXPECT_EQ(visible("\xe2\xa0\x80"), "\\u2800");          // the empty Braille cell
  EXPECT_EQ(visible("\xee\x80\x80"), "\\ue000");          // private use: a terminal's own glyphs
  EXPECT_EQ(visible("\xf0\x9f\xbf\xbe"), "\\U0001fffe");  // no character
  EXPECT_EQ(visible("\xef\xb8\x8f"), "\\ufe0f");          // a variation selector
}

TEST(VisibleTest, AFloodOfMarksCoversNoOtherLine) {
  const std::string mark = "\xcc\x81";
  EXPECT_EQ(visible("e" + mark), "e" + mark);
  EXPECT_EQ(visible("e" + mark + mark + mark + mark + mark + "x"), "e" + mark + mark + mark + mark + "\\u0301x");
  EXPECT_EQ(visible(mark + "x"), "\\u0301x") << "there is nothing that it could stand on but our own words";
}

TEST(VisibleTest, OfSeveralLinesEachIsMadeVisibleByItself) {
  EXPECT_EQ(visible_lines("a\x1b\nb\r\n"), "a\\x1b\nb\\x0d\n");
  EXPECT_EQ(visible_lines(std::string(10, 'x') + "\ny", 4), "xxxx…\ny");
  EXPECT_EQ(visible_lines(""), "");
}

TEST(VisibleTest, CountsTheColumnsOfATerminal) {
  EXPECT_EQ(columns_of("web1 → é"), 8u);
  EXPECT_EQ(columns_of("数据库"), 6u);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1u);
  EXPECT_EQ(columns_of("\xf0\x9f\x94\xa5"), 2u);
}

// No byte below a blank, no DEL, no C1, nothing that turns text around, and nothing that is no UTF-8.
void expect_harmless(std::string_view shown, const std::string& from) {
  while (!shown.empty()) {
    const Character next = first_character(shown);
    ASSERT_TRUE(next.valid) << ::testing::PrintToString(from);
    ASSERT_FALSE(is_invisible(next.code)) << ::testing::PrintToString(from);
    shown.remove_prefix(next.bytes);
  }
}

TEST(VisibleTest, NothingThatItMakesIsEverHarmful) {
  std::mt19937 random(4711);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t length = random() % 24; length > 0; --length) {
      switch (random() % 4) {
        case 0:
          text += static_cast<char>(random() % 256);
          break;
        case 1:
          text += static_cast<char>(random() % 0x60);
          break;
        case 2:
          text += {'\xe2', '\x80', static_cast<char>(0x80 + random() % 0x40)};
          break;
        default:
          text += {static_cast<char>(0xc0 + random() % 0x40), static_cast<char>(0x80 + random() % 0x40)};
      }
    }
    const std::string shown = visible(text, 40);
    expect_harmless(shown, text);
    ASSERT_LE(shown.size(), 43u);
    ASSERT_EQ(visible(shown, 40), shown);
  }
}

}  // namespace
}  // namespace hotspot::text
