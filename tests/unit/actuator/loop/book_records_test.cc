// What was learned outlives a leader, also one of an earlier version.
#include "actuator/loop/book_records.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

// As hotspotd 0.1 wrote them: until, repetitions, last action, until growth, until drain.
constexpr const char* kOldCooldowns =
    "u1 1795000600000 2 1795000000000 1795000500000 1795000400000\n"
    "u2 1795000600000 0 1795000000000\n";
constexpr const char* kOldMigrations =
    "pair n1 n2 1000000000 1.25 3\n"
    "disks n1 n2 500000000 2\n"
    "stop n1 n2 700000000\n"
    "guest u1 -1 4096 2048 1795000000000\n"
    "guest u2 1048576 4096 2048 1795000000000\n";

TEST(BookRecords, CooldownsOfBeforeAreReadAndWrittenAsJson) {
  plan::CooldownBook before, after;
  ASSERT_TRUE(restore(before, kOldCooldowns));
  ASSERT_EQ(before.entries().size(), 2u);
  EXPECT_EQ(before.entries().at("u2").until_growth, before.entries().at("u2").until);
  const std::string json = save(before);
  EXPECT_EQ(Json::parse(json).at("u1").at("until_drain_ms"), 1'795'000'400'000);
  ASSERT_TRUE(restore(after, json));
  EXPECT_EQ(after.entries(), before.entries());
}

TEST(BookRecords, MigrationsOfBeforeAreReadAndWrittenAsJson) {
  plan::MigrationBook before, after;
  ASSERT_TRUE(restore(before, kOldMigrations));
  EXPECT_EQ(before.pairs(), (plan::MigrationBook::Pairs{{{"n1", "n2"}, {1e9, 1.25, 3, 5e8, 2, 7e8}}}));
  const WallTime at = from_unix_ms(1'795'000'000'000);
  EXPECT_EQ(before.domains(), (plan::MigrationBook::Domains{{"u1", {std::nullopt, 4096, 2048, at}},
                                                            {"u2", {1'048'576, 4096, 2048, at}}}));
  ASSERT_TRUE(restore(after, save(before)));
  EXPECT_EQ(after.pairs(), before.pairs());
  EXPECT_EQ(after.domains(), before.domains());
  EXPECT_EQ(after.usual().bytes_per_second, 1e9) << "medians are found anew";
  EXPECT_EQ(after.domains().at("u1").dirty_bytes_per_second, std::nullopt);
  const Json json = Json::parse(save(before));
  EXPECT_EQ(json.at("routes").at(0).at("copies"), 2);
}

model::Action action_of(const std::string& domain, model::Step step) {
  model::Action action;
  action.domain_uuid = domain;
  action.node_uuid = "n1";
  action.step = std::move(step);
  return action;
}

// Each kind of cooldown: after a shrink a guest may grow, after a scaling that went well it may be drained.
TEST(BookRecords, CooldownsOutliveARestart) {
  const WallTime now = from_unix_ms(1'795'000'000'000);
  plan::CooldownBook before, after;
  for (const auto end : {model::ActionState::kDone, model::ActionState::kAborted})
    for (const model::Action& action :
         {action_of("u1", model::SetBalloon{200, 100}), action_of("u2", model::SetCpuCap{50}),
          action_of("u3", model::MigrateTo{"n2", "h2", "", {}, false})})
      before.note({action.domain_uuid, now, std::chrono::minutes(15), plan::cooldown_after(action, end)}, {});
  ASSERT_TRUE(restore(after, save(before)));
  EXPECT_EQ(after.entries(), before.entries());
  EXPECT_EQ(after.entries().size(), 3U);
}

// Figures of every kind: of the link, of the last pass, of copied disks, of the guest.
TEST(BookRecords, LearnedMigrationsOutliveARestart) {
  plan::MigrationBook before, after;
  model::Action move = action_of("u1", model::MigrateTo{"n2", "h2", "", {"vda"}, false});
  before.note(move,
              {{"first_round_ms", 5000},
               {"last_round_ms", 375},
               {"precopy_ms", 7875},
               {"stop_and_copy_ms", 125},
               {"stop_and_copy_bytes", 8e6},
               {"downtime_ms", 50},
               {"memory_processed_bytes", 160e6},
               {"total_ms", 9200}},
              from_unix_ms(1'795'000'000'123));
  move.expected = {{plan::kExpectedStorage, 300e6}, {plan::kExpectedEstimate, 80e6}};
  before.note(move,
              {{"storage_ms", 3000},
               {"first_round_ms", 700},
               {"precopy_ms", 1000},
               {"stop_and_copy_ms", 50},
               {"memory_processed_bytes", 5e7},
               {"total_ms", 4500}},
              from_unix_ms(1'795'000'100'456));
  ASSERT_TRUE(restore(after, save(before)));
  EXPECT_EQ(after.pairs(), before.pairs());
  EXPECT_EQ(after.domains(), before.domains());
  EXPECT_GT(after.pairs().at({"n1", "n2"}).stop_bytes_per_second, 0);
  EXPECT_EQ(after.pairs().at({"n1", "n2"}).copies, 1);
  EXPECT_GT(after.domains().at("u1").first_round_bytes, 0);
}

TEST(BookRecords, NothingLearnedIsNoTextAndNoTextChangesNothing) {
  EXPECT_EQ(save(plan::CooldownBook()), "");
  EXPECT_EQ(save(plan::MigrationBook()), "");
  plan::CooldownBook cooldowns;
  ASSERT_TRUE(restore(cooldowns, kOldCooldowns));
  ASSERT_TRUE(restore(cooldowns, ""));
  EXPECT_EQ(cooldowns.entries().size(), 2u);
}

TEST(BookRecords, WhatCannotBeReadIsASentenceAndNothingOfItIsUsed) {
  plan::CooldownBook cooldowns;
  for (const char* wrong :
       {"{", "u1 soon", "u1 5 2147483647 5", R"({"u1": 7})", R"({"u1": {"until_ms": "soon"}})",
        R"({"u1": {"repetitions": -1}})", R"({"u1": {"repetitions": 2147483647}})", R"({"u1": {"until_ms": -5}})"})
    EXPECT_FALSE(restore(cooldowns, wrong)) << wrong;
  EXPECT_TRUE(cooldowns.entries().empty());
  plan::MigrationBook migrations;
  for (const char* wrong :
       {"{", "pair n1", "pair n1 n2 1e300 1 1", R"({"routes": 7})", R"({"routes": [{"source": "n1"}]})",
        R"({"routes": [{"source": "n1", "target": "n2", "migrations": 2}]})",
        R"({"routes": [{"source": "n1", "target": "n2", "overhead_seconds": null}]})",
        R"({"routes": [{"source": "n1", "target": "n2", "stop_bytes_per_second": 1e300}]})",
        R"({"routes": [{"source": "n1", "target": "n2", "bytes_per_second": 1,
                                            "migrations": 2147483647}]})",
        R"({"guests": {"u1": {"first_round_bytes": -1}}})", R"({"guests": {"u1": {"dirty_bytes_per_second": 1e300}}})"})
    EXPECT_FALSE(restore(migrations, wrong)) << wrong;
  EXPECT_TRUE(migrations.pairs().empty());
  EXPECT_TRUE(migrations.domains().empty());
}

TEST(BookRecords, WhatANewerVersionAddsIsSkipped) {
  plan::CooldownBook cooldowns;
  ASSERT_TRUE(restore(cooldowns, R"({"u1": {"until_ms": 1795000600000, "rule": "Hot"}})"));
  EXPECT_EQ(cooldowns.entries().at("u1").until, from_unix_ms(1'795'000'600'000));
}

}  // namespace
}  // namespace hotspot::loop
