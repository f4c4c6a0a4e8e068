// What waits for an operator, as it outlives a leader.
#include "actuator/record/recommendation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Recommendation recommendation() {
  Recommendation one;
  one.decision = "1800000000000-1-0";
  one.rule = "NodeCpuHot";
  one.subject = "node h1";
  one.subject_key = "node:1";
  one.mode = "recommend";
  one.sentence = "node h1: \x1b[31m";
  one.action.id = "1800000000000-1-a0";
  one.action.domain_uuid = "u1";
  one.action.domain_name = "web1";
  one.action.node_name = "h1";
  one.action.node_uri = "qemu+ssh://h1/system";
  one.action.step = model::MigrateTo{"u2", "h2", "qemu+ssh://h2/system", {}, false};
  one.figures = SubjectFigures{.domain = "web1",
                               .cores_used = 1.5,
                               .vcpus = 2,
                               .balloon_bytes = 1 << 30,
                               .predicted_total_seconds = 12,
                               .predicted_downtime_seconds = 0.25};
  one.effects = {{.node = "h1",
                  .cpu_ratio_before = 0.9,
                  .cpu_ratio_after = 0.5,
                  .memory_used_ratio_before = {},
                  .memory_used_ratio_after = {}}};
  one.score_before = 0.5;
  one.score_after = 0.25;
  one.seconds = 60;
  one.since = from_unix_ms(1'800'000'000'000);
  one.expires = from_unix_ms(1'800'014'400'000);
  return one;
}

Recommendations all() {
  Recommendations all;
  all.standing = {recommendation()};
  all.ended = {{"1-1-0", "applied", "ada had it carried out, as action 1-1-a0", from_unix_ms(1'800'000'000'000)}};
  all.refused = {{"1-1-1", "Hot", "db1", "u3", model::SetVcpus{1, 2}, "bob", "no", from_unix_ms(1'800'000'000'000),
                  from_unix_ms(1'800'086'400'000)}};
  return all;
}

TEST(RecommendationRecord, IsReadAsItWasWritten) {
  const auto read = recommendations_from_json(to_json(all()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, all());
  EXPECT_EQ(to_json(Recommendations{}), "");
  EXPECT_EQ(*recommendations_from_json(""), Recommendations{}) << "a state of before has no such field";
}

TEST(RecommendationRecord, LeavesOutWhatItDoesNotUnderstand) {
  for (const char* junk : {"7", "[]", "{", "\"x\""}) EXPECT_FALSE(recommendations_from_json(junk)) << junk;
  const auto read = recommendations_from_json(
      R"({"standing": [7, {}, {"decision": "1-1-0", "rule": "R", "since": 1, "expires": 2},
          {"decision": "1-1-0", "rule": "R", "since": 1, "expires": 2, "action": {"id": "a", "domain_uuid": "u",
           "step": {"kind": "set_fire"}}},
          {"decision": "1-1-0", "rule": "R", "since": 2, "expires": 1, "action": {"id": "a", "domain_uuid": "u",
           "step": {"kind": "set_vcpus", "from": 1, "to": 2}}}],
          "ended": [7, {"how": "x"}], "refused": [{"rule": "R", "domain_uuid": "u"}], "newer": {}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, Recommendations{});
}

TEST(RecommendationRecord, IsBounded) {
  Recommendations many;
  for (std::size_t i = 0; i < 2 * kMostStanding; ++i) many.standing.push_back(recommendation());
  EXPECT_EQ(recommendations_from_json(to_json(many))->standing.size(), kMostStanding);
  EXPECT_FALSE(recommendations_from_json(std::string((16u << 20) + 1, ' ')));
}

TEST(RecommendationRecord, ShowsProgramsWhatMustHoldAndNoUris) {
  const nlohmann::json shown = json_of(recommendation());
  EXPECT_THAT(shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), Not(HasSubstr("qemu+ssh")));
  EXPECT_EQ(shown.at("action").at("target"), "h2");
  EXPECT_EQ(shown.at("action").at("step"), "migrate to h2");
  EXPECT_THAT(preconditions(recommendation()), Contains("web1 runs on h1"));
  EXPECT_THAT(preconditions(recommendation()), Contains("NodeCpuHot still fires on node h1"));
}

}  // namespace
}  // namespace hotspot::record
