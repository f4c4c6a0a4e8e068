#include "actuator/record/action_json.h"

#include <gtest/gtest.h>

#include <utility>

#include "actuator/record/decision.h"

namespace hotspot::record {
namespace {

model::Action action_with(model::Step step) {
  model::Action action;
  action.id = "1795-1-a0";
  action.domain_uuid = "u1";
  action.domain_name = "web1";
  action.node_uuid = "n1";
  action.node_name = "h1";
  action.node_uri = "qemu:///system";
  action.step = std::move(step);
  action.rule = "WebCpuHot";
  action.decision_id = "1795-1";
  action.reason = "its CPU is short";
  action.planned_at = from_unix_ms(1'795'000'000'250);
  action.first_sample_at = from_unix_ms(1'795'000'000'000);
  action.cooldown = Milliseconds(60'000);
  action.undoes = "1795-0-a0";
  action.expected = {{"downtime_ms", 12.5}};
  return action;
}

TEST(ActionJson, AnActionComesBackWhole) {
  const model::Action action = action_with(model::MigrateTo{"n2", "h2", "qemu+ssh://h2/system", {"vda"}, true});
  EXPECT_EQ(action_from_json(action_json(action)), action);
}

TEST(ActionJson, WithoutAnIdADomainOrAStepThereIsNoAction) {
  for (const char* missing : {"id", "domain_uuid", "step"}) {
    auto json = action_json(action_with(model::SetVcpus{1, 2}));
    json.erase(missing);
    EXPECT_EQ(action_from_json(json), std::nullopt) << missing;
  }
  EXPECT_EQ(action_from_json(nullptr), std::nullopt);
}

// Users' programs read these from hotspotctl -o json.
TEST(ActionJson, TheSummaryHasTheMembersThatProgramsRead) {
  EXPECT_EQ(action_summary(action_with(model::SetVcpus{1, 2})).dump(),
            R"({"domain":"web1","domain_uuid":"u1","id":"1795-1-a0","kind":"set_vcpus","node":"h1","node_uuid":"n1",)"
            R"("planned_at":1795000000.25,"reason":"its CPU is short","rule":"WebCpuHot","step":"vCPUs 1 → 2"})");
}

// As a decision has it.
nlohmann::json decided_json(model::Step step) {
  Conclusion conclusion;
  conclusion.action = decided(action_with(std::move(step)));
  Decision decision;
  decision.about = std::move(conclusion);
  return nlohmann::json::parse(to_json(decision)).at("action");
}

TEST(ActionJson, ADecidedActionSaysFromHowMuchToHowMuchOrToWhere) {
  const auto vcpus = decided_json(model::SetVcpus{1, 2});
  EXPECT_EQ(vcpus.at("from"), 1);
  EXPECT_EQ(vcpus.at("to"), 2);
  const auto memory = decided_json(model::SetBalloon{kMebibyte, kGibibyte});
  EXPECT_EQ(memory.at("from"), kMebibyte);
  EXPECT_EQ(memory.at("to"), kGibibyte);
  const auto move = decided_json(model::MigrateTo{"n2", "h2", "qemu+ssh://h2/system"});
  EXPECT_EQ(move.at("target"), "h2");
  EXPECT_EQ(move.at("target_uuid"), "n2");
  EXPECT_FALSE(move.contains("from"));
}

}  // namespace
}  // namespace hotspot::record
