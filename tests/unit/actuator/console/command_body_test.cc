#include "actuator/console/command_body.h"

#include <gmock/gmock.h>

namespace hotspot::console {
namespace {

using ::testing::HasSubstr;

Result<client::Command> read(Operation operation, const std::string& body, const std::string& name = "n1") {
  return command_from({.operation = operation, .name = name, .body = body, .owner = "ada"});
}
std::string error_of(Operation operation, const std::string& body) {
  const auto command = read(operation, body);
  return command ? "" : command.error().message;
}

TEST(CommandBody, BecomesTheCommandOfItsUser) {
  const auto hold =
      read(Operation::kAddHold, R"({"on":"domain","name":"web1","reason":"backup","length_seconds":90.5})");
  ASSERT_TRUE(hold) << hold.error().message;
  const auto& value = std::get<client::AddHold>(*hold);
  EXPECT_EQ(value.owner, "ada");
  EXPECT_EQ(value.name, "web1");
  EXPECT_EQ(value.length, Milliseconds(90'500));
  EXPECT_FALSE(value.cancel);
  EXPECT_EQ(std::get<client::DrainNode>(*read(Operation::kDrain, R"({"reason":"disk"})")).node, "n1");
  EXPECT_EQ(std::get<client::SetMode>(*read(Operation::kSetMode, R"({"mode":"observe"})")).mode, "observe");
  EXPECT_TRUE(std::get<client::Pause>(*read(Operation::kPause, R"({"reason":"x","cancel":true})")).cancel);
}

TEST(CommandBody, OfARecommendationNamesWhatWasShown) {
  const auto apply = read(Operation::kApplyRecommendation, R"({"domain_uuid":"u1","step":"vCPUs 1 → 2"})", "1795-1-0");
  ASSERT_TRUE(apply) << apply.error().message;
  const auto& wanted = std::get<client::ApplyPlan>(*apply);
  EXPECT_EQ(wanted.decision, "1795-1-0");
  EXPECT_EQ(wanted.owner, "ada");
  EXPECT_EQ(wanted.domain_uuid, "u1");
  EXPECT_EQ(wanted.step, "vCPUs 1 → 2");
  EXPECT_THAT(error_of(Operation::kApplyRecommendation, R"({"step":7})"), HasSubstr("'step' must be a text"));
  const auto refuse =
      read(Operation::kRefuseRecommendation, R"({"reason":"a backup","length_seconds":60})", "1795-1-0");
  ASSERT_TRUE(refuse) << refuse.error().message;
  const auto& refused = std::get<client::RefusePlan>(*refuse);
  EXPECT_EQ(refused.decision, "1795-1-0");
  EXPECT_EQ(refused.owner, "ada");
  EXPECT_EQ(refused.length, Milliseconds(60'000));
  EXPECT_THAT(error_of(Operation::kRefuseRecommendation, ""), HasSubstr("'reason' is missing"));
}

TEST(CommandBody, MayBeEmptyWhereNothingIsAsked) {
  for (const Operation one : {Operation::kResume, Operation::kReloadRules, Operation::kUndrain,
                              Operation::kCancelAction, Operation::kRemoveHold, Operation::kApplyRecommendation}) {
    EXPECT_EQ(error_of(one, ""), "");
    EXPECT_EQ(error_of(one, "{}"), "");
  }
  EXPECT_EQ(std::get<client::RemoveHold>(*read(Operation::kRemoveHold, "", "7")).id, "7");
}

TEST(CommandBody, OfTheWholeClusterNeedsNoName) {
  EXPECT_EQ(error_of(Operation::kAddHold, R"({"on":"cluster","reason":"x"})"), "");
  EXPECT_THAT(error_of(Operation::kAddHold, R"({"on":"node","reason":"x"})"), HasSubstr("'name' is missing"));
}

TEST(CommandBody, ThatIsWrongIsRefusedWithTheNameOfTheField) {
  EXPECT_THAT(error_of(Operation::kDrain, ""), HasSubstr("'reason' is missing"));
  EXPECT_THAT(error_of(Operation::kDrain, R"({"reason":7})"), HasSubstr("'reason' must be a text"));
  EXPECT_THAT(error_of(Operation::kDrain, R"({"reason":""})"), HasSubstr("not empty"));
  EXPECT_THAT(error_of(Operation::kDrain, R"({"reason":"x","owner":"root"})"), HasSubstr("no field 'owner'"));
  EXPECT_THAT(error_of(Operation::kResume, R"({"x":1})"), HasSubstr("no field 'x'"));
  EXPECT_THAT(error_of(Operation::kPause, R"({"reason":"x","cancel":"yes"})"), HasSubstr("'cancel'"));
  for (const char* length : {"0", "-1", "\"1h\"", "1e300", "true", "[]"})
    EXPECT_THAT(error_of(Operation::kPause, std::string(R"({"reason":"x","length_seconds":)") + length + "}"),
                HasSubstr("'length_seconds'"))
        << length;
  for (const std::string& body : {std::string("["), std::string("[]"), std::string("7"), std::string("null"),
                                  std::string(30'000, '['), std::string("{\"reason\":\"x\"} x")})
    EXPECT_THAT(error_of(Operation::kDrain, body), HasSubstr("no JSON object")) << body.substr(0, 20);
}

}  // namespace
}  // namespace hotspot::console
