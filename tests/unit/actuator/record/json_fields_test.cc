#include "actuator/record/json_fields.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

using nlohmann::json;

TEST(JsonFields, AMemberOfAnotherTypeCountsAsAbsent) {
  const json object = {{"text", 5},  {"number", "5"}, {"flag", 1},      {"list", json::object()},
                       {"obj", {1}}, {"float", 1.5},  {"null", nullptr}};
  EXPECT_EQ(text_in(object, "text"), "");
  EXPECT_EQ(integer_in(object, "number"), std::nullopt);
  EXPECT_EQ(integer_in(object, "float"), std::nullopt);
  EXPECT_EQ(number_in(object, "number"), std::nullopt);
  EXPECT_FALSE(flag_in(object, "flag"));
  EXPECT_TRUE(list_in(object, "list").empty());
  EXPECT_TRUE(object_in(object, "obj").empty());
  EXPECT_EQ(text_in(object, "null"), "");
  EXPECT_EQ(ms_in(object, "null"), std::nullopt);
}

TEST(JsonFields, WhatIsNoObjectHasNoMembers) {
  for (const json& nothing : {json(), json(5), json("x"), json::array({1}), json(json::value_t::discarded)}) {
    EXPECT_EQ(text_in(nothing, "x"), "");
    EXPECT_EQ(integer_in(nothing, "x"), std::nullopt);
    EXPECT_TRUE(texts_in(nothing, "x").empty());
    EXPECT_TRUE(figures_in(nothing, "x").empty());
    EXPECT_TRUE(words_in(nothing, "x").empty());
  }
}

TEST(JsonFields, NumbersBeyondTheirTypeCountAsAbsent) {
  const json object = json::parse(R"({"huge":18446744073709551615,"large":3000000000,"minus":-1,"endless":1e308})");
  EXPECT_EQ(integer_in(object, "huge"), std::nullopt);
  EXPECT_EQ(integer_in(object, "large"), 3'000'000'000);
  EXPECT_EQ(small_integer_in(object, "large"), std::nullopt);
  EXPECT_EQ(small_integer_in(object, "minus"), std::nullopt);
  EXPECT_EQ(count_in(object, "minus"), 0);
  EXPECT_EQ(seconds_in(object, "endless"), std::nullopt);
  EXPECT_EQ(seconds_in(object, "minus"), std::nullopt);
}

TEST(JsonFields, TimesComeBackToTheMillisecond) {
  for (const std::int64_t ms : {0LL, 1LL, 1'795'000'000'001LL, 1'795'000'000'999LL, 253'402'300'799'998LL}) {
    const WallTime time = from_unix_ms(ms);
    const json object = {{"s", to_unix_seconds(time)}, {"ms", ms}};
    EXPECT_EQ(seconds_in(json::parse(to_line(object)), "s"), time) << ms;
    EXPECT_EQ(ms_in(object, "ms"), time) << ms;
  }
}

TEST(JsonFields, ElementsOfAnotherTypeAreLeftOut) {
  const json object = {{"texts", {"a", 1, nullptr, "b"}}, {"figures", {{"x", 1}, {"y", "2"}, {"z", 0.5}}}};
  EXPECT_EQ(texts_in(object, "texts"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(figures_in(object, "figures"), (std::map<std::string, double>{{"x", 1}, {"z", 0.5}}));
  EXPECT_EQ(words_in(object, "figures"), (std::map<std::string, std::string>{{"y", "2"}}));
}

}  // namespace
}  // namespace hotspot::record
