#include "common/text/words.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace hotspot::text {
namespace {

TEST(Words, AreListedWithAWordBeforeTheLast) {
  EXPECT_EQ(listed(std::vector<std::string>{}), "");
  EXPECT_EQ(listed(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(listed(std::vector<std::string_view>{"a", "b"}), "a and b");
  EXPECT_EQ(listed(std::set<std::string>{"a", "b", "c"}, " or "), "a, b or c");
}

TEST(Words, HaveAPluralUnlessThereIsOne) {
  EXPECT_EQ(counted(0, "node"), "0 nodes");
  EXPECT_EQ(counted(1, "node"), "1 node");
  EXPECT_EQ(counted(2, "node"), "2 nodes");
}

}  // namespace
}  // namespace hotspot::text
