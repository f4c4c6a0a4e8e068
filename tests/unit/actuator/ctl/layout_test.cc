#include "actuator/ctl/layout.h"

#include <gmock/gmock.h>

#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

using ::testing::ElementsAre;

const std::vector<Column> kColumns{{"NAME"},
                                   {"NODE"},
                                   {"CPU", true, Give::kDropLast},
                                   {"MAX", true, Give::kDrop},
                                   {"UUID", false, Give::kDropFirst},
                                   {"WHY", false, Give::kBelow}};
const std::vector<Cells> kRows{
    {std::string(20, 'n'), std::string(20, 'o'), "93 %", "8", std::string(36, 'u'), std::string(90, 'w')}};

TEST(Layout, ColumnsGiveWayInTheirOrder) {
  EXPECT_THAT(lay_out(kColumns, kRows, 0).shown, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(lay_out(kColumns, kRows, 100).shown, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(lay_out(kColumns, kRows, 100).below, ElementsAre(5));
  EXPECT_THAT(lay_out(kColumns, kRows, 60).shown, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(lay_out(kColumns, kRows, 48).shown, ElementsAre(0, 1, 2));
  EXPECT_THAT(lay_out(kColumns, kRows, 40).shown, ElementsAre(0, 1));
}

TEST(Layout, TheNameIsTheLastToBeShortened) {
  const Layout other = lay_out(kColumns, kRows, 44);
  EXPECT_EQ(other.widths[0], 20U);
  EXPECT_LT(other.widths[1], 20U);
  const Layout all = lay_out(kColumns, kRows, 30);
  EXPECT_LE(all.widths[0] + 2 + all.widths[1], 30U);
}

TEST(Layout, WhateverTheWidthARowFitsWhereEachColumnHasEightLeft) {
  for (std::size_t width = 18; width < 300; ++width) {
    const Layout layout = lay_out(kColumns, kRows, width);
    std::size_t sum = 2 * (layout.shown.size() - 1);
    for (const std::size_t column : layout.shown) sum += layout.widths[column];
    EXPECT_LE(sum, width);
  }
}

TEST(Layout, ATextIsShortenedInTheMiddleBetweenCharacters) {
  EXPECT_EQ(shortened("compute-node-17", 15), "compute-node-17");
  EXPECT_EQ(shortened("compute-node-17", 9), "comp…e-17");
  EXPECT_EQ(shortened("数据库数据库", 7), "数…库");  // the half of a wide character is none
  for (std::size_t columns = 1; columns < 14; ++columns)
    EXPECT_LE(text::columns_of(shortened("数e\xcc\x81据库-e\xcc\x81web", columns)), columns);
}

TEST(Layout, ATextIsBrokenAtBlanksAndNoWordIsLost) {
  EXPECT_EQ(wrapped("one two three", 0, 2), "one two three");
  EXPECT_EQ(wrapped("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrapped("a-word-that-is-longer x", 8, 2), "a-word-that-is-longer\n  x");
  EXPECT_EQ(wrapped("mode         recommend and more", 24, 13), "mode         recommend\n             and more");
}

}  // namespace
}  // namespace hotspot::ctl
