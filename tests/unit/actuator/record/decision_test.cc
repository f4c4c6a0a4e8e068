#include "actuator/record/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hotspot::record {
namespace {

using Json = nlohmann::json;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// As hotspotd 0.1 wrote it.
constexpr const char* kMove = R"({
  "id": "1795000000000-1-d1", "at": 1795000000.25, "rule": "Hot", "subject": "domain web on h1",
  "subject_key": "domain:u1", "expression": "hotspot_cpu_ratio > 0.8", "value": 0.93, "measured_at": 1794999999.0,
  "held": "5 of 5", "outcome": "act", "mode": "enforce",
  "action": {"id": "1795000000000-1-a1", "domain": "web", "domain_uuid": "u1", "node": "h1", "node_uuid": "n1",
             "kind": "migrate", "step": "migrate to h2", "rule": "Hot", "reason": "it is hot",
             "planned_at": 1795000000.25, "target": "h2", "target_uuid": "n2"},
  "figures": {"domain": "web", "cores_used": 1.5, "vcpus": 2, "balloon_bytes": 1073741824,
              "predicted_total_seconds": 12.5, "predicted_downtime_seconds": 0.25},
  "considered": [{"remedy": "grow_vcpus", "domain": "web", "target": "", "refusal": "at_limit", "message": "it has 2"}],
  "more_refused": {"no_room": 3},
  "alternatives": [{"domain": "web", "target": "h3", "cpu_ratio": 0.5, "memory_used_ratio": null,
                    "total_seconds": 13.0, "downtime_seconds": 0.5, "cures": true}],
  "more_alternatives": 2,
  "effects": [{"node": "h1", "cpu_ratio_before": 0.93, "cpu_ratio_after": 0.4, "memory_used_ratio_before": null,
               "memory_used_ratio_after": null}],
  "sentence": "Hot on web: migrate to h2", "explanation": "Hot on web\n"})";

constexpr const char* kEnded = R"({
  "id": "1-n1", "at": 1795000300.0, "rule": "Hot", "subject": "domain web on h1", "subject_key": "domain:u1",
  "node": "h1", "node_uuid": "n1", "domain": "web", "domain_uuid": "u1", "firing_since": 1795000000.0,
  "outcome": "resolved", "sentence": "over", "explanation": "over\n"})";

constexpr const char* kNotice = R"({
  "id": "1-n2", "at": 1795000300.0, "rule": "", "subject": "the cluster", "outcome": "hold",
  "sentence": "paused", "explanation": "paused\n"})";

Decision read(const std::string& text) { return decision_from_json(text).value(); }

TEST(Decision, OfBeforeIsReadAndWrittenAgainAsItWas) {
  for (const char* text : {kMove, kEnded, kNotice}) EXPECT_EQ(Json::parse(to_json(read(text))), Json::parse(text));
}

TEST(Decision, NamesItsInputOrSaysWhyThereIsNone) {
  EXPECT_EQ(read(kMove).conclusion()->input_sha256, std::nullopt);
  for (const char* member : {"input_sha256", "input_not_stored"}) {
    Json named = Json::parse(kMove);
    named[member] = "9f86d0";
    const Decision decision = read(named.dump());
    EXPECT_EQ(Json::parse(to_json(decision)), named);
    EXPECT_EQ(decision.conclusion()->input_sha256.has_value(), std::string(member) == "input_sha256");
  }
}

TEST(Decision, HasThePartsOfItsKind) {
  const Decision move = read(kMove), ended = read(kEnded), notice = read(kNotice);
  ASSERT_NE(move.conclusion(), nullptr);
  EXPECT_EQ(move.kind(), DecisionKind::kAct);
  EXPECT_EQ(move.conclusion()->action->action.domain_uuid, "u1");
  EXPECT_EQ(move.conclusion()->action->target, "h2");
  EXPECT_EQ(move.conclusion()->figures->predicted_total_seconds, 12.5);
  EXPECT_EQ(move.conclusion()->more_refused.at("no_room"), 3);
  ASSERT_NE(ended.ended(), nullptr);
  EXPECT_EQ(ended.ended()->firing_since, from_unix_ms(1'795'000'000'000));
  EXPECT_EQ(notice.conclusion(), nullptr);
  EXPECT_EQ(notice.ended(), nullptr);
  EXPECT_EQ(notice.subject_key, std::nullopt);
}

TEST(Decision, EachKindHasAWordThatIsReadAgain) {
  for (const auto kind : {DecisionKind::kAct, DecisionKind::kRecommend, DecisionKind::kNothing, DecisionKind::kResolved,
                          DecisionKind::kChangedByOthers, DecisionKind::kShrinkFailed}) {
    Decision one;
    one.outcome = to_string(kind);
    EXPECT_EQ(one.kind(), kind);
  }
}

TEST(Decision, ReadsTheNamesThatPredictionsOnceHad) {
  const Decision old = read(R"({"outcome": "recommend", "figures": {"seconds": 30, "downtime_seconds": 0.5}})");
  EXPECT_EQ(old.conclusion()->figures->predicted_total_seconds, 30);
  EXPECT_EQ(old.conclusion()->figures->predicted_downtime_seconds, 0.5);
}

TEST(Decision, OfANewerVersionKeepsTheOutcomeThatIsNotKnownHere) {
  const Decision newer = read(R"({"id": "1", "at": 1795000000, "outcome": "postponed", "until": [1, {"a": 2}]})");
  EXPECT_EQ(newer.kind(), DecisionKind::kOther);
  EXPECT_EQ(newer.outcome, "postponed");
  EXPECT_EQ(newer.id, "1");
}

TEST(Decision, AMemberOfAnotherTypeCountsAsAbsentAndTheRestIsRead) {
  Json strange = Json::parse(kMove);
  strange.update({{"rule", 7}, {"at", "now"}, {"value", "high"}, {"action", "migrate"}, {"effects", {{"node", 7}}}});
  strange["considered"].push_back("none");
  strange["more_refused"]["others"] = "many";
  strange["figures"]["vcpus"] = "two";
  const Decision one = read(strange.dump());
  EXPECT_EQ(one.rule, "");
  EXPECT_EQ(one.at, WallTime{});
  EXPECT_EQ(one.subject, "domain web on h1");
  EXPECT_EQ(one.conclusion()->action, std::nullopt);
  EXPECT_THAT(one.conclusion()->effects, IsEmpty());
  EXPECT_THAT(one.conclusion()->considered, SizeIs(1));
  EXPECT_THAT(one.conclusion()->more_refused, SizeIs(1));
  EXPECT_EQ(one.conclusion()->figures->vcpus, std::nullopt);
  EXPECT_EQ(one.conclusion()->figures->cores_used, 1.5);
}

TEST(Decision, WhatIsNoDecisionIsRefusedWithASentence) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string(100, '['),
        R"({"id": ")" + std::string(kMostDecisionBytes, 'x') + "\"}"}) {
    const auto read = decision_from_json(text);
    ASSERT_FALSE(read) << text.substr(0, 20);
    EXPECT_NE(read.error().message, "");
  }
}

}  // namespace
}  // namespace hotspot::record
