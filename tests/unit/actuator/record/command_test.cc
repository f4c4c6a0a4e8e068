#include "actuator/record/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/record/answer.h"
#include "actuator/record/stream_id.h"

namespace hotspot::record {
namespace {

using ::testing::HasSubstr;

std::string problem(const CommandEntry& entry) {
  const auto read = command_from(entry);
  return read ? "" : read.error().message;
}

TEST(RecordedCommand, EachIsReadAsItWasWritten) {
  const End end{Milliseconds(7'200'000), std::nullopt};
  const Command all[] = {SetMode{Mode::kEnforce, "ada"},
                         Reload{"ada"},
                         CancelAction{"a-1", "ada"},
                         DrainNode{"h1", "ada", "new fans"},
                         UndrainNode{"h1", "ada", ""},
                         AddHold{"domain", "web 1", "ada", "backup", end, true},
                         RemoveHold{"1", "ada"},
                         Pause{"ada", "storage", {std::nullopt, from_unix_ms(1'800'000'000'000)}, false, true},
                         Resume{"ada"},
                         AdmitNode{"h1", "qemu+tls://h1/system", "SHA256:abc", "ada"},
                         ForgetNode{"h1", "ada"},
                         RekeyNode{"h1", "SHA256:def", "ada"},
                         TrustRule{"NodeCpuHot", "ada", "mark raised"},
                         ApplyPlan{"1800000000000-1-0", "u1", "migrate to h2", "ada"},
                         ApplyPlan{"1800000000000-1-0", "", "", ""},
                         RefusePlan{"1800000000000-1-0", "ada", "backup", Milliseconds(3'600'000)},
                         RefusePlan{"1800000000000-1-0", "ada", "backup", std::nullopt},
                         MigrateDomain{"web1", "h2", "ada", "new fans", true},
                         MigrateDomain{"web1", "", "", "", false},
                         ScaleDomain{"web1", 4, std::nullopt, "ada", "", false},
                         ScaleDomain{"web1", std::nullopt, 4 * kGibibyte, "ada", "too small", true},
                         CapDomain{"web1", 150, "ada", "noisy", false},
                         CapDomain{"web1", 0, "ada", "", true}};
  for (const Command& one : all) {
    const auto read = command_from(to_entry(one));
    ASSERT_TRUE(read) << to_entry(one).verb << ": " << read.error().message;
    EXPECT_TRUE(*read == one) << to_entry(one).verb;
  }
}

TEST(RecordedCommand, WhatIsNotKnownIsRefusedByName) {
  EXPECT_EQ(problem({"dance", {}}), "unknown command 'dance'");
  EXPECT_EQ(problem({"", {}}), "unknown command ''");
  EXPECT_EQ(problem({"pause", {{"owner", "ada"}, {"reason", "x"}, {"untli_ms", "1"}}}),
            "it has an argument that is not known: 'untli_ms'");
  EXPECT_EQ(problem({"mode", {{"mode", "enforced"}}}), "'enforced' is not a mode; observe, recommend and enforce are");
  EXPECT_EQ(problem({"drain", {}}), "it needs the argument 'node'");
  EXPECT_EQ(problem({"pause", {{"yes", "perhaps"}}}), "the argument 'yes' is neither true nor false");
}

TEST(RecordedCommand, EveryTextNumberAndCountHasABound) {
  EXPECT_THAT(problem({"pause", {{"owner", std::string(501, 'a')}}}), HasSubstr("'owner' may have 500 bytes"));
  EXPECT_THAT(problem({"drain", {{"node", std::string(1001, 'a')}}}), HasSubstr("'node' may have 1000 bytes"));
  CommandEntry many{"pause", {}};
  for (int i = 0; i < 17; ++i) many.arguments["a" + std::to_string(i)] = "b";
  EXPECT_EQ(problem(many), "it has 17 arguments; 16 are the most");
  for (const char* wrong : {"-1", "9223372036854775807", "1e3", "soon", "99999999999999999999"})
    EXPECT_THAT(problem({"pause", {{"for_ms", wrong}}}), HasSubstr("is not a time")) << wrong;
  EXPECT_EQ(problem({"pause", {{"for_ms", "1"}, {"until_ms", "1"}}}), "it has both for_ms and until_ms");
}

TEST(RecordedCommand, AnOrderNamesOneSizeThatAMachineMayHave) {
  const auto scale = [](std::map<std::string, std::string> more) {
    more["domain"] = "web1";
    return problem({"domain_scale", more});
  };
  const std::string one = "it needs one of the arguments 'vcpus' and 'memory_bytes', and not both";
  EXPECT_EQ(scale({}), one);
  EXPECT_EQ(scale({{"vcpus", "2"}, {"memory_bytes", "1073741824"}}), one);
  EXPECT_EQ(scale({{"vcpus", "0"}}), "the argument 'vcpus' is 0");
  for (const char* wrong : {"-1", "4097", "two", "99999999999999999999", "2 "})
    EXPECT_THAT(scale({{"vcpus", wrong}}), HasSubstr("is not a size")) << wrong;
  EXPECT_THAT(scale({{"memory_bytes", "1125899906842625"}}), HasSubstr("is not a size"));
  EXPECT_EQ(problem({"domain_scale", {{"vcpus", "2"}}}), "it needs the argument 'domain'");
  EXPECT_EQ(problem({"domain_cap", {{"domain", "web1"}}}), "it needs the argument 'percent'");
  EXPECT_EQ(problem({"domain_cap", {{"domain", "web1"}, {"percent", "819201"}}}), "'819201' is not a cap");
  EXPECT_EQ(problem({"domain_migrate", {{"domain", "a"}, {"to", "h2"}}}), "it has an argument that is not known: 'to'");
  EXPECT_EQ(channel_of(MigrateDomain{}), Channel::kOperator);
}

TEST(RecordedCommand, ThatMakesHotspotDoMoreNeedsTheRoleAdmin) {
  EXPECT_EQ(channel_of(SetMode{Mode::kEnforce, ""}), Channel::kAdmin);
  EXPECT_EQ(channel_of(SetMode{Mode::kObserve, ""}), Channel::kOperator);
  EXPECT_EQ(channel_of(AdmitNode{}), Channel::kAdmin);
  EXPECT_EQ(channel_of(Resume{}), Channel::kOperator);
  EXPECT_TRUE(is_careful({"pause", {}}));
  EXPECT_TRUE(is_careful({"mode", {{"mode", "observe"}}}));
  EXPECT_FALSE(is_careful({"mode", {{"mode", "enforce"}}}));
  EXPECT_FALSE(is_careful({"resume", {}}));
}

TEST(RecordedCommand, APauseComesBeforeAHoldAndAHoldBeforeTheRest) {
  EXPECT_EQ(urgency_of(to_entry(Pause{})), Urgency::kPause);
  EXPECT_EQ(urgency_of(to_entry(AddHold{})), Urgency::kCareful);
  EXPECT_EQ(urgency_of(to_entry(CancelAction{})), Urgency::kCareful);
  EXPECT_EQ(urgency_of(to_entry(RemoveHold{})), Urgency::kOther);
}

TEST(RecordedAnswer, OfAnOrderHasWhatCameOfIt) {
  Answer answer{.id = "17-0", .verb = "domain_migrate", .verdict = done("begun"), .at = {}, .holder = "h"};
  answer.verdict.ordered = Ordered{.domain = "web1",
                                   .domain_uuid = "u1",
                                   .node = "h1",
                                   .step = "migrate to h2",
                                   .target = "h2",
                                   .action = "17-0-o-a0",
                                   .decision = "17-0-o-0",
                                   .undo = "hotspotctl domain migrate web1 h1",
                                   .refusal = "",
                                   .dry_run = true,
                                   .seconds = 31.5,
                                   .downtime_seconds = std::nullopt,
                                   .elsewhere = {{"h3", "h3 is to be drained"}},
                                   .more_elsewhere = 7,
                                   .effects = {"h1 CPU 90 % → 65 %"}};
  const auto read = answer_from_json(to_json(answer));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, answer);
}

TEST(RecordedAnswer, OfAnOrderMayBeForged) {
  const auto read = answer_from_json(
      R"({"id":"1","result":"done","ordered":{"domain":7,"predicted_seconds":"x","elsewhere":[1,{"node":[]}],)"
      R"("more_elsewhere":-1,"effects":{"a":1},"dry_run":3}})");
  ASSERT_TRUE(read);
  ASSERT_TRUE(read->verdict.ordered);
  EXPECT_EQ(*read->verdict.ordered, (Ordered{.elsewhere = {{"", ""}}}));
  EXPECT_FALSE(answer_from_json(R"({"id":"1","result":"done","ordered":7})")->verdict.ordered);
}

TEST(RecordedAnswer, IsReadAsItWasWrittenAndNeverTrusted) {
  const Answer answer{answer_id(Channel::kAdmin, "17-0"),
                      "mode",
                      {AnswerKind::kTooMany, "too many", {"a", "b"}},
                      from_unix_ms(1'800'000'000'000),
                      "hotspotd@one:1"};
  EXPECT_EQ(answer.id, "admin:17-0");
  const auto read = answer_from_json(to_json(answer));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, answer);
  for (const char* junk : {"", "7", "[]", "{}", R"({"id":"1-0"})", R"({"id":"1-0","result":"fine"})", R"({"id":7})"})
    EXPECT_FALSE(answer_from_json(junk)) << junk;
  EXPECT_FALSE(answer_from_json(std::string(300'000, ' ')));
}

TEST(StreamIds, AreComparedWholeUpToTheLastPossible) {
  const auto last = stream_id_from_string("18446744073709551615-18446744073709551615");
  ASSERT_TRUE(last);
  EXPECT_GT(*last, *stream_id_from_string("1800000000000-0"));
  EXPECT_EQ(successor(*last), *last);
  EXPECT_EQ(to_unix_ms(time_of(*last)), 253'402'300'799'999) << "the year 9999, not a moment before 1970";
  EXPECT_FALSE(stream_id_from_string("18446744073709551616-0"));
  EXPECT_FALSE(stream_id_from_string("refused"));
}

}  // namespace
}  // namespace hotspot::record
