#include "actuator/console/to_json.h"

#include <gtest/gtest.h>

#include "actuator/console/reply.h"

namespace hotspot::console {
namespace {

TEST(ToJson, TimesAreRfc3339InUtc) {
  EXPECT_EQ(to_rfc3339(from_unix_ms(1796049000123)), "2026-11-30T14:30:00.123Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(WallTime::max()).size(), 24u);
  EXPECT_EQ(to_rfc3339(WallTime::min()).size(), 24u);
}

TEST(ToJson, WhatIsNotMeasuredIsLeftOutAndZeroIsThere) {
  client::Node node;
  EXPECT_FALSE(to_json(node).contains("load"));
  EXPECT_FALSE(to_json(node).contains("taken_at"));
  node.age = Milliseconds(1500);
  node.load = client::NodeLoad{.hypervisor = "QEMU", .cpus = 8, .cpu_ratio = 0.0};
  const nlohmann::json json = to_json(node);
  EXPECT_EQ(json.at("age_seconds"), 1.5);
  EXPECT_EQ(json.at("load").at("cpu_ratio"), 0.0);
  EXPECT_FALSE(json.at("load").contains("volume"));
}

TEST(ToJson, AStatusHasItsHoldsAndThePauseApart) {
  client::Status status;
  status.mode = "recommend";
  status.pause = client::Hold{.id = "pause", .on = "cluster", .reason = "storage", .until = from_unix_ms(0)};
  status.drains = {client::Drain{.node = "n1", .owner = "ada", .reason = "disk"}};
  const nlohmann::json json = to_json(status);
  EXPECT_EQ(json.at("pause").at("until"), "1970-01-01T00:00:00.000Z");
  EXPECT_TRUE(json.at("holds").is_array());
  EXPECT_FALSE(json.at("drains").at(0).contains("running"));
}

TEST(ToJson, AnAnswerSaysWhatCameOfIt) {
  client::Answer answer;
  EXPECT_EQ(to_json(answer).at("kind"), "unanswered");
  answer.kind = client::Answer::Kind::kRefused;
  EXPECT_EQ(to_json(answer).at("kind"), "refused");
  answer.kind = client::Answer::Kind::kSkipped;
  EXPECT_EQ(to_json(answer).at("kind"), "skipped");
}

TEST(ToJson, AnActionNamesWhoAppliedItsRecommendation) {
  client::Action action;
  EXPECT_FALSE(to_json(action).contains("approved_by")) << "the rule acts by itself";
  action.approved_by = "ada";
  EXPECT_EQ(to_json(action).at("approved_by"), "ada");
}

TEST(ToJson, ARecommendationHasPredictionsWhereThereAreSome) {
  client::Recommendation one;
  one.step = "vCPUs 1 → 2";
  one.preconditions = {"web1 runs on h1"};
  EXPECT_FALSE(to_json(one).contains("predicted_seconds"));
  one.predicted_seconds = 12.5;
  EXPECT_EQ(to_json(one).at("predicted_seconds"), 12.5);
  EXPECT_EQ(to_json(one).at("step"), "vCPUs 1 → 2");
  EXPECT_EQ(to_json(one).at("preconditions").at(0), "web1 runs on h1");
}

TEST(ToJson, TextsThatAreNoUtf8BecomeTextsThatAre) {
  client::Domain domain;
  domain.name = "a\xff\nb";
  const std::string text = to_text(to_json(domain));
  EXPECT_NE(text.find("a\xef\xbf\xbd\\nb"), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << "an event is one line";
}

TEST(Problem, IsThatOfRfc9457WithASentence) {
  const Reply reply = problem(409, "no node '\x1b[31m' is known");
  const auto json = nlohmann::json::parse(*reply.body);
  EXPECT_EQ(reply.type, "application/problem+json");
  EXPECT_EQ(json.at("status"), 409);
  EXPECT_EQ(json.at("detail"), "no node '\\x1b[31m' is known");
  EXPECT_EQ(problem_for(Milliseconds(1200), 503, "x").headers.front().second, "2");
}

}  // namespace
}  // namespace hotspot::console
