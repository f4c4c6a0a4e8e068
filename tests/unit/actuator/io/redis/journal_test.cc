// What the Redis journal promises beyond the contract (tests/contract/ports).
#include "actuator/io/redis/journal.h"

#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/operator.h"
#include "actuator/io/redis/stream.h"
#include "actuator/record/trust.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

using model::ActionState;

class RedisJournalTest : public RedisTest {
 protected:
  ports::JournalEntry entry(const std::string& id, ActionState state) {
    ports::JournalEntry made;
    made.action.id = id;
    made.action.domain_uuid = "uuid";
    made.action.domain_name = "vm-cpu";
    made.action.node_name = "h1";
    made.action.rule = "hot";
    made.action.step = model::SetVcpus{1, 2};
    made.state = state;
    made.at = from_unix_ms(1'700'000'000'000);
    made.token = token_;
    return made;
  }

  RedisLease lease_{client_, clock_, keyspace_, {"hotspotd@n1:1"}};
  std::int64_t token_ = lease_.acquire_or_renew()->token;
  RedisJournal journal_{client_, keyspace_, {.kept_decisions = 100}};
};

TEST_F(RedisJournalTest, ReadsInRedisCli) {
  ASSERT_TRUE(journal_.append(entry("a1", ActionState::kIntent)));
  auto reply = client_.command({"XRANGE", keyspace_.journal(), "-", "+"});
  const auto entries = entries_from(std::move(*reply));
  ASSERT_EQ(entries.size(), 1u);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"action", "a1"},     {"state", "intent"}, {"at", "1700000000000"}, {"token", std::to_string(token_)},
      {"domain", "vm-cpu"}, {"node", "h1"},      {"rule", "hot"}};
  ASSERT_EQ(entries[0].fields.size(), expected.size() + 1);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(entries[0].fields[i], expected[i]);
  EXPECT_EQ(entries[0].fields.back().first, "body");
}

TEST_F(RedisJournalTest, AnAppendThatIsRepeatedIsWrittenOnce) {
  for (const ActionState state : {ActionState::kIntent, ActionState::kStarted, ActionState::kDone})
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal_.append(entry("a1", state)));
  EXPECT_EQ(cli({"XLEN", keyspace_.journal()}), "3");
  EXPECT_TRUE(journal_.open_actions()->empty());
}

TEST_F(RedisJournalTest, AnOpenActionThatCannotBeReadIsNotForgotten) {
  cli({"HSET", keyspace_.state(), "open:a9", "1-0 {garbage"});
  const auto open = journal_.open_actions();
  ASSERT_FALSE(open);
  EXPECT_NE(open.error().message.find("open:a9"), std::string::npos);
}

// What is read at a takeover, in a time that no stranger sets.
TEST_F(RedisJournalTest, StateWithMoreThanHotspotdEverWritesIsRefusedWithASentenceBeforeItIsRead) {
  ASSERT_TRUE(journal_.save_state(token_, {{"mode", "observe"}, {"status", std::string(2 << 20, 'x')}}));
  EXPECT_TRUE(journal_.load_state()) << "that may be as large as the cluster";
  cli({"HSET", keyspace_.state(), "junk\x1b", std::string(3 << 20, 'x')});
  const auto refused = journal_.load_state();
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().message,
      "the field 'junk\\x1b' of the key " + keyspace_.state() +
          " has 3145728 bytes, more than the 1048576 that hotspotd writes at most; somebody else wrote that: find "
          "out who, and remove it (HDEL)");
  EXPECT_FALSE(journal_.open_actions());
  cli({"HDEL", keyspace_.state(), "junk\x1b"});
  EXPECT_EQ(journal_.load_state()->at("mode"), "observe");
}

TEST_F(RedisJournalTest, WhatWasMeasuredOfAsManyRulesAsAreKeptIsReadAgain) {
  record::RuleTrust one;
  for (int i = 0; i < 5; ++i)
    one.newest.push_back({"1795990000000-1-a0", clock_.now(), 1.0 / 3, 0.1 / 3, "CPU of " + std::string(250, 'h')});
  record::Trusts all;
  for (int i = 0; i < 1000; ++i) all[std::string(190, 'r') + std::to_string(i)] = one;
  const std::string text = record::to_json(all);
  ASSERT_GT(text.size(), 1u << 20) << "what most other fields may have";
  ASSERT_TRUE(journal_.save_state(token_, {{"trust", text}}));
  const auto state = journal_.load_state();
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(*record::trusts_from_json(state->at("trust")), all);
}

TEST_F(RedisJournalTest, TensOfThousandsOfFieldsOrAnswersAreRefusedToo) {
  const auto fill = [&](const std::string& key, int count) {
    redis::Command command{"HSET", key};
    for (int i = 0; i < count; ++i) command.insert(command.end(), {"junk" + std::to_string(i), "x"});
    ASSERT_TRUE(client_.command(command));
  };
  fill(keyspace_.state(), 40'000);
  const auto state = journal_.load_state();
  ASSERT_FALSE(state);
  EXPECT_NE(state.error().message.find("fields, more than the 32768 that hotspotd writes at most"), std::string::npos)
      << state.error().message;
  fill(keyspace_.answers(), 25'000);
  const auto answers = journal_.answers();
  ASSERT_FALSE(answers);
  EXPECT_NE(answers.error().message.find("has 25000 fields"), std::string::npos) << answers.error().message;
}

TEST_F(RedisJournalTest, EntriesThatOthersWroteAreSkippedWhenReading) {
  ASSERT_TRUE(journal_.append(entry("a1", ActionState::kIntent)));
  cli({"XADD", keyspace_.journal(), "*", "by", "hand"});
  EXPECT_EQ(journal_.newest(10)->size(), 1u);
}

TEST_F(RedisJournalTest, DecisionsAreTrimmedAndTheJournalIsNot) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(journal_.record_decision(token_, "{}"));
    ASSERT_TRUE(journal_.append(entry("a" + std::to_string(i), ActionState::kDone)));
  }
  EXPECT_LE(std::stoi(cli({"XLEN", keyspace_.decisions()})), 300);  // "about": Redis trims whole pages
  EXPECT_GE(std::stoi(cli({"XLEN", keyspace_.decisions()})), 100);
  EXPECT_EQ(cli({"XLEN", keyspace_.journal()}), "1000");
}

TEST_F(RedisJournalTest, ReservedFieldsOfTheStateAreNotWritten) {
  ASSERT_TRUE(journal_.save_state(token_, {{"fencing_token", "1"}, {"open:x", "y"}, {"mode", "observe"}}));
  EXPECT_EQ(cli({"HGET", keyspace_.state(), "fencing_token"}), std::to_string(token_));
  EXPECT_EQ(*journal_.load_state(), (std::map<std::string, std::string>{{"mode", "observe"}}));
  EXPECT_TRUE(journal_.open_actions()->empty());
}

TEST_F(RedisJournalTest, MuchStateIsWrittenAtOnce) {
  std::map<std::string, std::string> fields;
  for (int i = 0; i < 20'000; ++i) fields["pending:" + std::to_string(i)] = "1700000000000";
  ASSERT_TRUE(journal_.save_state(token_, fields));
  EXPECT_EQ(*journal_.load_state(), fields);
}

TEST_F(RedisJournalTest, AFullRedisIsNoFence) {
  cli({"CONFIG", "SET", "maxmemory", "1"});
  const auto refused = journal_.append(entry("a1", ActionState::kIntent));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, ports::WriteFault::kUnreachable);
  EXPECT_NE(refused.error().message.find("maxmemory"), std::string::npos) << refused.error().message;
}

TEST_F(RedisJournalTest, AnOperatorReadsWhatWasWritten) {
  RedisOperator reader(client_, keyspace_);
  ASSERT_TRUE(journal_.append(entry("a1", ActionState::kIntent)));
  for (const char* json : {"1", "2", "3"}) ASSERT_TRUE(journal_.record_decision(token_, json));
  EXPECT_EQ(reader.lease()->holder, "hotspotd@n1:1");
  EXPECT_EQ(reader.lease()->token, token_);
  EXPECT_EQ(reader.newest_entries(5)->size(), 1u);
  EXPECT_TRUE(reader.state()->contains("open:a1"));
  const auto newest = reader.newest_decisions(2);
  ASSERT_EQ(newest->size(), 2u);
  EXPECT_EQ((*newest)[0].json, "2");
  EXPECT_EQ((*newest)[1].json, "3");
  const auto after = reader.news_after({(*newest)[0].stream_id, "0-0"}, Milliseconds(0));
  ASSERT_EQ(after->decisions.size(), 1u);
  EXPECT_EQ(after->decisions[0].json, "3");
  ASSERT_EQ(after->entries.size(), 1u);
  EXPECT_EQ(after->entries[0].action.id, "a1");
  EXPECT_EQ(after->next, *reader.newest_places());
  const auto nothing = reader.news_after(after->next, Milliseconds(20));
  EXPECT_TRUE(nothing->decisions.empty() && nothing->entries.empty());
  EXPECT_EQ(nothing->next, after->next);
  EXPECT_TRUE(*reader.has_places(after->next));
  EXPECT_FALSE(*reader.has_places({"1-1", "0-0"}));
  lease_.release();
  EXPECT_TRUE(reader.lease()->holder.empty());
}

TEST_F(RedisJournalTest, AnOperatorSeesTheNewestSnapshotOfEachNode) {
  RedisOperator reader(client_, keyspace_);
  telemetry::NodeSnapshot snapshot;
  snapshot.cluster = "unit";
  snapshot.taken_at = clock_.now();
  snapshot.node.cpus = 4;
  snapshot.node.memory_bytes = kGibibyte;
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence)
    for (const char* node : {"h1", "h2", "h3"}) {
      snapshot.node.uuid = snapshot.node.name = node;
      snapshot.sequence = sequence;
      cli({"XADD", keyspace_.snapshots(), "*", telemetry::kSnapshotField, telemetry::encode(snapshot)});
    }
  cli({"XADD", keyspace_.snapshots(), "*", telemetry::kSnapshotField, "{"});
  cli({"XADD", keyspace_.snapshots(), "*", "other", "field"});
  const auto newest = reader.newest_snapshots(Milliseconds(60'000), [](const ports::Arrival&) { return true; });
  ASSERT_TRUE(newest) << newest.error().message;
  EXPECT_EQ(newest->unreadable, 2u);
  ASSERT_EQ(newest->snapshots.size(), 3u);
  for (const auto& arrival : newest->snapshots) EXPECT_EQ(arrival.snapshot.sequence, 100u);
}

}  // namespace
}  // namespace hotspot::io
