#include "actuator/record/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace hotspot::record {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonText, IsReadAsDeepAsAnythingOfOursIs) {
  EXPECT_TRUE(parse_json(nested(kMostJsonDepth)).is_array());
  EXPECT_EQ(parse_json(R"({"a": [1, {"b": null}]})").dump(), R"({"a":[1,{"b":null}]})");
}

TEST(JsonText, ThatIsDeeperIsDiscarded) {
  EXPECT_TRUE(parse_json(nested(kMostJsonDepth + 1)).is_discarded());
  EXPECT_TRUE(parse_json(nested(1'000'000)).is_discarded());
  EXPECT_TRUE(parse_json(R"({"a\"]]]": )" + nested(kMostJsonDepth) + "}").is_discarded());
  std::string objects, ends;
  for (std::size_t i = 0; i <= kMostJsonDepth; ++i) objects += R"({"a":)", ends += "}";
  EXPECT_TRUE(parse_json(objects + "1" + ends).is_discarded());
}

TEST(JsonText, MayHaveAnyNumberOfBracketsBesideEachOtherAndInTexts) {
  std::string list = "[";
  for (int i = 0; i < 1000; ++i) list += R"({"\\": "\"[[{{"}, [],)";
  const nlohmann::json read = parse_json(list + R"(")" + std::string(1000, '{') + R"("])");
  ASSERT_TRUE(read.is_array());
  EXPECT_EQ(read.size(), 2001U);
}

TEST(JsonText, ThatIsNoJsonIsDiscarded) {
  for (const char* text : {"", "{", "]", "\"", "{\"a\": }", "nan"})
    EXPECT_TRUE(parse_json(text).is_discarded()) << text;
}

}  // namespace
}  // namespace hotspot::record
