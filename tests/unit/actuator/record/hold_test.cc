// Holds and rests, as they outlive a leader.
#include "actuator/record/hold.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "actuator/record/rest.h"

namespace hotspot::record {
namespace {

using Json = nlohmann::json;

// As hotspotd 0.1 wrote them.
constexpr const char* kTwoHolds = R"({"last_number": 4, "holds": [
  {"id": "4", "on": "domain", "name": "web", "uuid": "u1", "owner": "ada", "reason": "backup",
   "since_ms": 1795000000123, "until_ms": 1795003600123, "for_a_time": true, "length_ms": 3600000},
  {"id": "pause", "on": "cluster", "name": "", "uuid": "", "owner": "bob", "reason": "storage",
   "since_ms": 1795000000000, "until_ms": null, "for_a_time": false, "length_ms": null}]})";
constexpr const char* kOneRest = R"({"judged_until_ms": 1795000005000, "rests": {
  "u1": {"domain": "web", "what": "vCPUs 2 → 4", "at_ms": 1795000000000, "until_ms": 1795000600000}}})";

Json with(const char* member, const Json& value) {
  Json holds = Json::parse(kTwoHolds);
  holds["holds"][0][member] = value;
  return holds;
}

TEST(HoldRecord, OfBeforeIsReadAndWrittenAgainAsItWas) {
  const auto holds = holds_from_json(kTwoHolds);
  ASSERT_TRUE(holds) << holds.error().message;
  ASSERT_EQ(holds->all.size(), 2u);
  EXPECT_EQ(holds->last_number, 4);
  EXPECT_EQ(holds->all[0].until, from_unix_ms(1'795'003'600'123));
  EXPECT_EQ(holds->all[0].length, Milliseconds(std::chrono::hours(1)));
  EXPECT_EQ(holds->all[1].until, std::nullopt);
  EXPECT_EQ(subject_of(holds->all[0]), "domain web");
  EXPECT_EQ(subject_of(holds->all[1]), "the cluster");
  EXPECT_EQ(Json::parse(to_json(*holds)), Json::parse(kTwoHolds));
}

TEST(HoldRecord, NoTextIsNoHold) { EXPECT_EQ(holds_from_json("").value(), Holds{}); }

TEST(HoldRecord, OneThatIsOlderThanDurationsIsReadToo) {
  Json older = Json::parse(kTwoHolds);
  older["holds"][0].erase("length_ms");
  EXPECT_EQ(holds_from_json(older.dump())->all[0].length, std::nullopt);
}

TEST(HoldRecord, WhatANewerVersionAddsIsSkipped) {
  EXPECT_EQ(holds_from_json(with("ticket", {{"number", 7}}).dump()).value(), holds_from_json(kTwoHolds).value());
}

TEST(HoldRecord, OneThatCannotBeReadIsAnErrorThatSaysWhich) {
  const auto says = [](const Json& holds) { return holds_from_json(holds.dump()).error().message; };
  EXPECT_EQ(says(with("on", "rack")), "hold 4 is on 'rack', which is not known");
  EXPECT_EQ(says(with("until_ms", "soon")), "holds.0.until_ms is not a time");
  EXPECT_EQ(says(with("since_ms", -1)), "holds.0.since_ms is not a time");
  EXPECT_EQ(says(with("name", "")), "hold 4 names no domain");
  EXPECT_EQ(says(with("id", "")), "a hold has no id");
  for (const int number : {-1, 2'147'483'647}) {
    Json numbered = Json::parse(kTwoHolds);
    numbered["last_number"] = number;
    EXPECT_EQ(says(numbered), "last_number is out of range") << "the next hold needs a number of its own";
  }
  for (const char* text : {"{", "7", "[]", "{}", R"({"last_number": 1})", R"({"last_number": 1, "holds": 7})"})
    EXPECT_FALSE(holds_from_json(text)) << text;
}

TEST(RestRecord, OfBeforeIsReadAndWrittenAgainAsItWas) {
  const auto rests = rests_from_json(kOneRest);
  ASSERT_TRUE(rests) << rests.error().message;
  EXPECT_EQ(rests->judged_until, from_unix_ms(1'795'000'005'000));
  EXPECT_EQ(rests->all.at("u1").what, "vCPUs 2 → 4");
  EXPECT_EQ(Json::parse(to_json(*rests)), Json::parse(kOneRest));
  EXPECT_EQ(rests_from_json("").value(), Rests{});
}

TEST(RestRecord, WhatIsNoneIsAnError) {
  for (const char* text : {"{", "7", "[]", "{}", R"({"judged_until_ms": 1, "rests": 7})", R"({"rests": {}})"})
    EXPECT_FALSE(rests_from_json(text)) << text;
}

}  // namespace
}  // namespace hotspot::record
