// The chain of decisions on a real Redis: while it is written, trimmed, rewritten, and tampered with.
#include "actuator/io/redis/decision_walk.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/stream.h"
#include "actuator/io/redis/stream_care.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

using ::testing::HasSubstr;
using Kind = record::ChainBreakKind;

class DecisionWalkTest : public RedisTest {
 protected:
  void record(int count, const std::string& json = "{}") {
    for (int i = 0; i < count; ++i) {
      const auto written = journal_.record_decision(token_, json);
      ASSERT_TRUE(written) << written.error().message;
    }
  }
  record::ChainReport check(const std::optional<record::DecisionHead>& wanted = {}) {
    const auto report = verify_decisions(client_, keyspace_, wanted);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : record::ChainReport{};
  }
  void expect_whole() {
    const auto report = check();
    EXPECT_FALSE(report.broken) << report.broken->sentence;
  }
  void expect_break(Kind kind, const std::string& part) {
    const auto report = check();
    ASSERT_TRUE(report.broken) << "it holds";
    EXPECT_STREQ(to_string(report.broken->kind), to_string(kind)) << report.broken->sentence;
    EXPECT_THAT(report.broken->sentence, HasSubstr(part));
  }
  std::vector<StreamEntry> entries() {
    auto reply = client_.command({"XRANGE", keyspace_.decisions(), "-", "+"});
    return entries_from(std::move(*reply));
  }
  std::string state(const char* field) { return cli({"HGET", keyspace_.state(), field}); }

  RedisLease lease_{client_, clock_, keyspace_, {"hotspotd@n1:1"}};
  std::int64_t token_ = lease_.acquire_or_renew()->token;
  RedisJournal journal_{client_, keyspace_, {.kept_decisions = 100}};
};

TEST_F(DecisionWalkTest, NothingIsWholeAndSoIsWhatAVersionBeforeLeft) {
  expect_whole();
  cli({"XADD", keyspace_.decisions(), "*", "decision", "{}"});
  cli({"XADD", keyspace_.decisions(), "*", "by", "hand"});
  expect_whole();
  record(3);
  const auto report = check();
  EXPECT_FALSE(report.broken) << report.broken->sentence;
  EXPECT_EQ(report.older, 2u);
  EXPECT_EQ(report.checked, 3u);
  EXPECT_EQ(report.head, journal_.decision_head());
  cli({"XADD", keyspace_.decisions(), "*", "decision", "{}"});
  record(1);
  expect_break(Kind::kUnlinked, "written by a hotspotd of a version before");
}

TEST_F(DecisionWalkTest, HoldsAcrossTrimsAndNamesWhatOthersRemoved) {
  record(1);
  const auto first = journal_.decision_head();
  record(999);
  ASSERT_LE(entries().size(), 300u);
  const auto report = check();
  EXPECT_FALSE(report.broken) << report.broken->sentence;
  EXPECT_EQ(report.checked, entries().size());
  ASSERT_TRUE(report.anchor);
  EXPECT_EQ(report.anchor->number + 1, report.first);
  EXPECT_EQ(report.first + static_cast<std::int64_t>(report.checked) - 1, 1000);
  EXPECT_TRUE(check(first).asked_is_trimmed);
  EXPECT_FALSE(check(journal_.decision_head()).broken);
  EXPECT_TRUE(check(record::DecisionHead{1000, first->hash}).broken);
  cli({"XDEL", keyspace_.decisions(), entries().front().id});
  expect_break(Kind::kRemoved, "not by hotspotd to make room");
}

TEST_F(DecisionWalkTest, OldEntriesWithoutAHashAreTrimmedAway) {
  for (int i = 0; i < 300; ++i) cli({"XADD", keyspace_.decisions(), "*", "decision", "{}"});
  for (int i = 0; i < 10; ++i) {
    record(50);
    expect_whole();
  }
  EXPECT_EQ(check().older, 0u);
}

TEST_F(DecisionWalkTest, WhatIsTamperedWithIsNamed) {
  record(20);
  const auto all = entries();
  cli({"XDEL", keyspace_.decisions(), all[9].id});
  expect_break(Kind::kRemoved, "decision 10 is missing before decision 11");
  cli({"DEL", keyspace_.decisions()});
  expect_break(Kind::kRemoved, "decisions 1 to 20 are missing at the end");
  for (std::size_t i = 0; i < all.size(); ++i)
    cli({"XADD", keyspace_.decisions(), all[i].id, "decision", i == 9 ? R"({"forged":1})" : "{}", "previous",
         all[i].fields[1].second});
  expect_break(Kind::kChanged, "decision 10 (" + all[9].id + ") was changed");
  cli({"DEL", keyspace_.decisions()});
  for (std::size_t i = 0; i < all.size(); ++i) {
    redis::Command add{"XADD", keyspace_.decisions(), all[i].id, "decision", "{}", "previous", all[i].fields[1].second};
    if (i == 9) add.insert(add.end(), {"decision", "{}"});
    ASSERT_TRUE(client_.command(add));
  }
  expect_break(Kind::kMalformed, "the entry " + all[9].id);
}

TEST_F(DecisionWalkTest, AHeadThatIsGoneOrDamagedBeginsANewChain) {
  for (const std::string& damaged :
       {std::string(), std::string("junk"), std::string(1 << 20, '1'), "1000000000000000:" + std::string(64, 'a'),
        "7:" + std::string(64, 'F'), "999999999999999:" + std::string(64, 'a')}) {
    cli({"DEL", keyspace_.decisions()});
    cli({"HDEL", keyspace_.state(), record::kDecisionHeadField});
    record(3);
    expect_whole();
    if (damaged.empty())
      cli({"HDEL", keyspace_.state(), record::kDecisionHeadField});
    else
      cli({"HSET", keyspace_.state(), record::kDecisionHeadField, damaged});
    EXPECT_TRUE(check().broken);
    record(2);
    expect_break(Kind::kNewChain, "a new chain begins with decision 1");
    EXPECT_EQ(journal_.decision_head()->number, 2);
  }
}

TEST_F(DecisionWalkTest, AChainThatWasBegunAnewIsWholeOnceTheOldOneIsTrimmed) {
  record(150);
  cli({"HDEL", keyspace_.state(), record::kDecisionHeadField});
  record(50);
  expect_break(Kind::kNewChain, "after decision 150");
  record(400);
  expect_whole();
}

TEST_F(DecisionWalkTest, AStreamThatHotspotdRewroteHolds) {
  record(20);
  cli({"XADD", keyspace_.decisions(), "4000000000000-0", "decision", "{}"});
  record(5);
  expect_break(Kind::kUnlinked, "4000000000000-0");
  RedisStreamCare care(client_, keyspace_, Milliseconds(5000));
  const auto troubles = care.tend(token_);
  ASSERT_TRUE(troubles) << troubles.error().message;
  ASSERT_EQ(troubles->size(), 1u);
  EXPECT_EQ(troubles->front().kept, 20u);
  expect_whole();
  EXPECT_EQ(check().anchor->number, 25);
  record(5);
  expect_whole();
  EXPECT_EQ(check().checked, 25u);
  record(300);
  expect_whole();
  cli({"XDEL", keyspace_.decisions(), entries().front().id});
  EXPECT_TRUE(check().broken);
}

TEST_F(DecisionWalkTest, LongDecisionsAreReadAndTooLongOnesAreAnError) {
  redis::Options narrowed = options();
  narrowed.max_reply_bytes = 3u << 20;
  RedisClient narrow(narrowed, clock_);
  record(70, std::string(256 * 1024, 'x'));
  const auto report = verify_decisions(narrow, keyspace_, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->broken) << report->broken->sentence;
  EXPECT_EQ(report->checked, 70u);
  cli({"XADD", keyspace_.decisions(), "*", "decision", std::string(4u << 20, 'x')});
  const auto refused = verify_decisions(narrow, keyspace_, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("is not hotspotd's, it is too long to be read"));
}

TEST_F(DecisionWalkTest, FarMoreThanHotspotdKeepsIsNotReadToItsEnd) {
  const auto refused = [&](const std::string& count, const std::string& entry) {
    cli({"DEL", keyspace_.decisions()});
    cli({"EVAL", "for i = 1, " + count + " do redis.call('XADD', KEYS[1], '*', " + entry + ") end", "1",
         keyspace_.decisions()});
    const auto report = verify_decisions(client_, keyspace_, {});
    return report ? "it is read" : report.error().message;
  };
  EXPECT_EQ(refused("100000", "'decision', '{}'"), "it is read");
  EXPECT_THAT(refused("100001", "'decision', '{}'"), HasSubstr("has far more in it than hotspotd writes"));
}

TEST_F(DecisionWalkTest, TheLastPossibleIdEndsTheReading) {
  cli({"XADD", keyspace_.decisions(), "18446744073709551615-18446744073709551615", "decision", "{}"});
  expect_whole();
  EXPECT_EQ(check().older, 1u);
}

TEST_F(DecisionWalkTest, HoldsWhileItIsWrittenAndTrimmed) {
  constexpr int kLeastChecks = 3, kLeastWritten = 2000;
  record(150);
  std::atomic<bool> over = false;
  std::atomic<int> checks = 0, written = 0;
  std::thread writer([&] {
    RedisClient client(client_.options(), clock_);
    RedisJournal journal(client, keyspace_, {.kept_decisions = 100});
    for (; written < kLeastWritten || checks < kLeastChecks; ++written)
      EXPECT_TRUE(journal.record_decision(token_, "{}"));
    over = true;
  });
  for (; !over; ++checks) expect_whole();
  writer.join();
  expect_whole();
  EXPECT_EQ(check().head->number, 150 + written);
}

}  // namespace
}  // namespace hotspot::io
