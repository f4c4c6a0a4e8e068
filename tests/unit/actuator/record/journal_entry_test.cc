#include "actuator/record/journal_entry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hotspot::record {
namespace {

JournalEntry entry_with(model::Step step) {
  JournalEntry entry;
  entry.action.id = "a-1";
  entry.action.domain_uuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";
  entry.action.step = std::move(step);
  entry.action.reason = "CPU is 92 % \"hot\"";
  entry.state = model::ActionState::kProgress;
  entry.token = 1'700'000'000'000;
  entry.figures = {{"downtime_ms", 60.25}};
  return entry;
}

TEST(JournalEntries, EveryKindOfStepComesBack) {
  for (const model::Step& step :
       {model::Step{model::SetVcpus{1, 2}}, model::Step{model::SetBalloon{1, std::int64_t{5} << 40}},
        model::Step{model::SetVcpus{1, 2, true}}, model::Step{model::SetBalloon{5, 1, true}},
        model::Step{model::SetCpuCap{150}}, model::Step{model::SetCpuShares{512}},
        model::Step{model::SetDiskLimit{"vda", {.read_bytes_per_second = kMebibyte, .write_ops_per_second = 200}}},
        model::Step{model::SetDiskLimit{}},
        model::Step{model::SetNetworkLimit{"vnet0", {model::Flow{5, 6, 7}, model::Flow{8, {}, {}}}}},
        model::Step{model::SetNetworkLimit{"", {}}}, model::Step{model::SetVirtioMem{"virtiomem0", 0, kGibibyte, true}},
        model::Step{model::PlugDimm{0, kGibibyte, false}},
        model::Step{model::MigrateTo{"u", "h2", "qemu+tcp://10.77.0.12/system"}},
        model::Step{model::MigrateTo{"u", "h2", "qemu+tcp://10.77.0.12/system", {"vda", "vdb"}, true}}}) {
    const auto written = entry_with(step);
    const auto read = journal_entry_from_json(to_json(written));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->action, written.action);
    EXPECT_EQ(read->state, written.state);
    EXPECT_EQ(read->token, written.token);
    EXPECT_EQ(read->figures, written.figures);
  }
}

TEST(JournalEntries, WordsOfLibvirtThatAreNotUtf8AreReplaced) {
  auto entry = entry_with(model::SetVcpus{1, 2});
  entry.message = "cannot \xff open";
  const auto read = journal_entry_from_json(to_json(entry));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->message, "cannot \xEF\xBF\xBD open");
}

TEST(JournalEntries, FiguresThatAreNoNumbersAreLeftOut) {
  auto entry = entry_with(model::SetVcpus{1, 2});
  entry.figures["lost"] = std::nan("");
  const auto read = journal_entry_from_json(to_json(entry));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->figures, (std::map<std::string, double>{{"downtime_ms", 60.25}}));
}

TEST(JournalEntries, UnknownFieldsAreSkipped) {
  std::string text = to_json(entry_with(model::SetVcpus{1, 2}));
  text.insert(1, R"("added_later":{"x":[1,2]},)");
  EXPECT_TRUE(journal_entry_from_json(text));
}

TEST(JournalEntries, WhatIsNoEntryIsRefusedWithASentence) {
  const char* kWrong[] = {
      "",
      "{",
      "[]",
      "null",
      "17",
      "{}",
      R"({"action":[]})",
      R"({"action":{"id":"a"}})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"fly"}},"state":"intent"})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_vcpus","from":1}},"state":"intent"})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_vcpus","from":1,"to":1e99}}})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_disk_limit","to":{"read_bytes_per_second":"1"}}},
          "state":"intent"})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_disk_limit","to":{"read_bytes_per_second":{}}}},
          "state":"intent"})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_network_limit","to":{"receive":5}}},
          "state":"intent"})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_network_limit","to":{"receive":{}}}},
          "state":"intent"})",
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_vcpus","from":1,"to":2}},"state":"?"})"};
  for (const char* wrong : kWrong) {
    const auto read = journal_entry_from_json(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(JournalEntries, WhatIsTooLongOrNestedTooDeepIsRefusedWithASentence) {
  auto entry = entry_with(model::SetVcpus{1, 2});
  entry.message.assign(kMostJournalEntryBytes, 'x');
  const auto huge = journal_entry_from_json(to_json(entry));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().message, "a journal entry is longer than 1 MiB");
  const auto deep = journal_entry_from_json(std::string(100'000, '['));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message, "a journal entry is not a JSON object");
}

// Added to other times, they would overflow.
TEST(JournalEntries, TimesThatNoClockCanShowCountAsAbsent) {
  const auto read = journal_entry_from_json(
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_vcpus","from":1,"to":2},
                    "planned_at_ms":9223372036854775807,"cooldown_ms":-5,"first_sample_at_ms":18446744073709551615},
          "state":"intent","at_ms":"yesterday"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->action.planned_at, WallTime{});
  EXPECT_EQ(read->action.first_sample_at, WallTime{});
  EXPECT_EQ(read->action.cooldown, Milliseconds(0));
  EXPECT_EQ(read->at, WallTime{});
}

// As a hotspotd of 0.9 wrote it: what is open when a newer version takes over.
TEST(JournalEntries, TheTextOfTheVersionBeforeIsRead) {
  const auto read = journal_entry_from_json(
      R"({"action":{"cooldown_ms":30000,"decision_id":"d-1","domain_name":"web1","domain_uuid":"u1","expected":{},)"
      R"("first_sample_at_ms":1700000000000,"id":"a-1","node_name":"h1","node_uri":"qemu:///system","node_uuid":"n1",)"
      R"("planned_at_ms":1700000001000,"reason":"hot","rule":"WebCpuHot","step":{"from":1,"kind":"set_vcpus",)"
      R"("persistent":false,"to":2},"undoes":""},"at_ms":1700000002000,"figures":{"took_ms":1.5},"message":"m",)"
      R"("state":"started","token":7})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->action.step, model::Step(model::SetVcpus{1, 2}));
  EXPECT_EQ(read->action.cooldown, Milliseconds(30'000));
  EXPECT_EQ(read->action.planned_at, from_unix_ms(1'700'000'001'000));
  EXPECT_EQ(read->at, from_unix_ms(1'700'000'002'000));
  EXPECT_EQ(read->token, 7);
  EXPECT_EQ(read->state, model::ActionState::kStarted);
}

TEST(JournalEntries, AnyDamageIsSurvived) {
  const std::string whole = to_json(entry_with(model::MigrateTo{"u", "h2", "qemu+tcp://h2/system"}));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(journal_entry_from_json(std::string_view(whole).substr(0, length)));
  std::minstd_rand random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    [[maybe_unused]] const auto read = journal_entry_from_json(damaged);
  }
}

}  // namespace
}  // namespace hotspot::record
