#include "actuator/console/target.h"

#include <gmock/gmock.h>

namespace hotspot::console {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Target, IsAPathOfNamesAndAQuery) {
  const auto target = target_from_string("/api/v1/nodes/n%201.example?count=5&flag&a=b%3Dc");
  ASSERT_TRUE(target);
  EXPECT_THAT(target->path, ElementsAre("api", "v1", "nodes", "n 1.example"));
  EXPECT_THAT(target->query, ElementsAre(Pair("a", "b=c"), Pair("count", "5"), Pair("flag", "")));
}

TEST(Target, OfTheRootHasNoNames) {
  for (const char* text : {"/", "/?", "/?&"}) {
    const auto target = target_from_string(text);
    ASSERT_TRUE(target) << text;
    EXPECT_THAT(target->path, IsEmpty());
    EXPECT_THAT(target->query, IsEmpty());
  }
}

TEST(Target, ThatClimbsOrHidesSomethingIsNone) {
  for (const char* text : {"",
                           "index.html",
                           "*",
                           "http://other/",
                           "//",
                           "/a//b",
                           "/a/",
                           "/.",
                           "/..",
                           "/../etc/passwd",
                           "/a/../b",
                           "/%2e%2e/etc",
                           "/%2E/",
                           "/a%2fb",
                           "/a%5cb",
                           "/a\\b",
                           "/a%00",
                           "/a%0d%0ab",
                           "/a%7f",
                           "/a%",
                           "/a%2",
                           "/a%zz",
                           "/%c0%af",
                           "/%ff",
                           "/a?x=%00",
                           "/a?x=%ff",
                           "/1/2/3/4/5/6/7/8/9"})
    EXPECT_FALSE(target_from_string(text)) << text;
}

TEST(Target, TakesABoundedNumberOfParameters) {
  std::string text = "/a?";
  for (int i = 0; i < 16; ++i) text += "p" + std::to_string(i) + "&";
  EXPECT_TRUE(target_from_string(text));
  EXPECT_FALSE(target_from_string(text + "one=more"));
}

TEST(Target, OfAParameterThatIsGivenTwiceTheFirstCounts) {
  EXPECT_EQ(target_from_string("/a?x=1&x=2")->query.at("x"), "1");
}

}  // namespace
}  // namespace hotspot::console
