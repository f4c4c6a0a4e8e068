#include "actuator/io/redis/journal_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hotspot::io {
namespace {

ports::JournalEntry entry_with(model::Step step) {
  ports::JournalEntry entry;
  entry.action.id = "a-1";
  entry.action.domain_uuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";
  entry.action.step = std::move(step);
  entry.action.reason = "CPU is 92 % \"hot\"";
  entry.state = model::ActionState::kProgress;
  entry.token = 1'700'000'000'000;
  entry.figures = {{"downtime_ms", 60.25}};
  return entry;
}

TEST(JournalCodec, EveryKindOfStepComesBack) {
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
    const auto read = decode_entry(encode_entry(written));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->action, written.action);
    EXPECT_EQ(read->state, written.state);
    EXPECT_EQ(read->token, written.token);
    EXPECT_EQ(read->figures, written.figures);
  }
}

TEST(JournalCodec, WordsOfLibvirtThatAreNotUtf8AreReplaced) {
  auto entry = entry_with(model::SetVcpus{1, 2});
  entry.message = "cannot \xff open";
  const auto read = decode_entry(encode_entry(entry));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->message, "cannot \xEF\xBF\xBD open");
}

TEST(JournalCodec, FiguresThatAreNoNumbersAreLeftOut) {
  auto entry = entry_with(model::SetVcpus{1, 2});
  entry.figures["lost"] = std::nan("");
  const auto read = decode_entry(encode_entry(entry));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->figures, (std::map<std::string, double>{{"downtime_ms", 60.25}}));
}

TEST(JournalCodec, UnknownFieldsAreSkipped) {
  std::string text = encode_entry(entry_with(model::SetVcpus{1, 2}));
  text.insert(1, R"("added_later":{"x":[1,2]},)");
  EXPECT_TRUE(decode_entry(text));
}

TEST(JournalCodec, WhatIsNoEntryIsRefusedWithASentence) {
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
      R"({"action":{"id":"a","domain_uuid":"d","step":{"kind":"set_vcpus","from":1,"to":2}},"state":"?"})"};
  for (const char* wrong : kWrong) {
    const auto read = decode_entry(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(JournalCodec, AnyDamageIsSurvived) {
  const std::string whole = encode_entry(entry_with(model::MigrateTo{"u", "h2", "qemu+tcp://h2/system"}));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(decode_entry(std::string_view(whole).substr(0, length)));
  std::minstd_rand random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    [[maybe_unused]] const auto read = decode_entry(damaged);
  }
}

}  // namespace
}  // namespace hotspot::io
