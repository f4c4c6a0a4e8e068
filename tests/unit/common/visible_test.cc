#include "common/text/visible.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace hotspot::text
