// Which rules may act, as it outlives a leader.
#include "actuator/record/trust.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

const RuleTrust kLost{.newest = {{"1-a0", from_unix_ms(1'800'000'000'000), 0.25, 0.5, "CPU of h1"},
                                 {"2-a0", from_unix_ms(1'800'000'060'000), 0.25, -0.125, ""}},
                      .not_counted = 7,
                      .not_counted_why = "h1 went stale",
                      .lost_at = from_unix_ms(1'800'000'060'000),
                      .lost_why = "why\n\x1b[31m"};

TEST(TrustRecord, IsReadAsItWasWritten) {
  const Trusts all{{"Hot", kLost}, {"Cool", RuleTrust{.not_counted = 1, .not_counted_why = "x"}}};
  const auto read = trusts_from_json(to_json(all));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, all);
  EXPECT_EQ(to_json(Trusts{}), "");
  EXPECT_TRUE(trusts_from_json("")->empty()) << "a state of before has no such field";
}

TEST(TrustRecord, LeavesOutWhatItDoesNotUnderstandButNotThatTheRightIsLost) {
  const auto read = trusts_from_json(R"([7, {"rule": ""}, {"rule": "A", "lost_at_ms": "yesterday", "newer": {"x": 1},
      "newest": [{"action": "a", "at_ms": 1800000000000, "predicted": 0, "measured": 0.1}, 3,
                 {"action": "b", "at_ms": 1800000000000, "predicted": 0.5, "measured": 1e300},
                 {"action": "c", "at_ms": 1800000000000, "predicted": 0.5, "measured": 0.25}]},
      {"rule": "B", "lost_at_ms": null, "newest": "none", "not_counted": -4}])");
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_TRUE(read->at("A").lost_at.has_value());
  ASSERT_EQ(read->at("A").newest.size(), 1U);
  EXPECT_EQ(read->at("A").newest[0].action, "c");
  EXPECT_EQ(read->at("B"), RuleTrust{});
}

TEST(TrustRecord, IsBoundedAndThoseThatLostTheirRightComeFirst) {
  Trusts all;
  for (int i = 0; i < 1500; ++i) all["a" + std::to_string(i)] = {};
  all["z"] = kLost;
  const auto read = trusts_from_json(to_json(all));
  EXPECT_EQ(read->size(), 1000U);
  EXPECT_TRUE(read->contains("z"));
  RuleTrust many;
  for (int i = 0; i < 50; ++i)
    many.newest.push_back({std::to_string(i), from_unix_ms(1'800'000'000'000), 0.5, 0.5, ""});
  const auto bounded = trusts_from_json(to_json({{"Hot", many}}));
  ASSERT_EQ(bounded->at("Hot").newest.size(), 5U);
  EXPECT_EQ(bounded->at("Hot").newest.back().action, "49") << "the newest";
  for (const char* text : {"{", "7", "{}", "null"}) EXPECT_FALSE(trusts_from_json(text).ok()) << text;
}

}  // namespace
}  // namespace hotspot::record
