// Streams with ids of the future, and keys of the wrong type, on a real Redis.
#include "actuator/io/redis/stream_care.h"

#include <gmock/gmock.h>

#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/record/stream_id.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

using ::testing::HasSubstr;

constexpr const char* kLastPossible = "18446744073709551615-18446744073709551615";
constexpr const char* kYear2096 = "4000000000000-0";

class StreamCareTest : public RedisTest {
 protected:
  std::int64_t lead() { return lease_.acquire_or_renew()->token; }
  std::string add(const std::string& key, const std::string& id = "*", const std::string& value = "v") {
    return cli({"XADD", key, id, "verb", value});
  }
  ports::StreamTrouble only(std::int64_t token) {
    const auto found = care_.tend(token);
    EXPECT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->size(), 1u);
    return found->empty() ? ports::StreamTrouble{} : found->front();
  }
  std::string length(const std::string& key) { return cli({"XLEN", key}); }

  RedisLease lease_{client_, clock_, keyspace_, {"hotspotd@n1:1"}};
  RedisStreamCare care_{client_, keyspace_, Milliseconds(5000)};
};

TEST_F(StreamCareTest, FindsNothingWhereAllIsWellOrNothingIsThere) {
  const auto token = lead();
  EXPECT_TRUE(care_.tend(token)->empty());
  add(keyspace_.snapshots());
  add(keyspace_.commands());
  EXPECT_TRUE(care_.tend(token)->empty());
  EXPECT_EQ(length(keyspace_.snapshots()), "1");
}

TEST_F(StreamCareTest, SnapshotsCanBeAppendedAgainAfterTheLastPossibleIdOrOneOfTheFuture) {
  const auto token = lead();
  for (const char* future : {kLastPossible, kYear2096}) {
    for (int i = 0; i < 3; ++i) add(keyspace_.snapshots());
    add(keyspace_.snapshots(), future);
    if (future == kLastPossible) {
      const auto refused = client_.command({"XADD", keyspace_.snapshots(), "*", "snapshot", "{}"});
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, "STREAMID");
      EXPECT_THAT(refused.error().message, HasSubstr("somebody has put an entry with an id of the future"));
    }
    const auto trouble = only(token);
    EXPECT_EQ(trouble.last_id, future);
    EXPECT_TRUE(trouble.mended);
    EXPECT_EQ(trouble.lost, 4u) << "samples may be lost, and are counted";
    const auto id = record::stream_id_from_string(add(keyspace_.snapshots()));
    ASSERT_TRUE(id);
    EXPECT_LT(time_of(*id) - clock_.now(), Milliseconds(5000));
    cli({"DEL", keyspace_.snapshots()});
  }
}

TEST_F(StreamCareTest, NoCommandIsLostWhoseIdIsNotOfTheFuture) {
  const auto token = lead();
  for (const std::string& key : {keyspace_.commands(), keyspace_.admin_commands(), keyspace_.decisions()}) {
    std::vector<std::string> ids;
    for (int i = 0; i < 100; ++i) ids.push_back(add(key, "*", "v" + std::to_string(i)));
    add(key, kYear2096);
    add(key);  // what an operator sent meanwhile: of the future too, and refused
    const auto trouble = only(token);
    EXPECT_EQ(trouble.key, key);
    EXPECT_EQ(trouble.kept, 100u);
    EXPECT_EQ(trouble.lost, 2u);
    EXPECT_EQ(length(key), "100");
    const auto last = client_.command({"XREVRANGE", key, "+", "-", "COUNT", "1"});
    EXPECT_EQ(last->elements[0].elements[0].text, ids.back());
    EXPECT_EQ(last->elements[0].elements[1].elements[1].text, "v99");
    EXPECT_TRUE(care_.tend(token)->empty());
  }
}

TEST_F(StreamCareTest, DecisionsAreNotLostWhereTheStateIsNoHash) {
  const auto token = lead();
  for (int i = 0; i < 3; ++i) add(keyspace_.decisions());
  add(keyspace_.decisions(), kYear2096);
  cli({"DEL", keyspace_.state()});
  cli({"RPUSH", keyspace_.state(), "junk"});
  EXPECT_FALSE(care_.tend(token));
  EXPECT_EQ(length(keyspace_.decisions()), "4");
}

TEST_F(StreamCareTest, TheJournalIsNotTouched) {
  const auto token = lead();
  add(keyspace_.journal());
  add(keyspace_.journal(), kYear2096);
  EXPECT_FALSE(only(token).mended);
  EXPECT_EQ(length(keyspace_.journal()), "2");
}

TEST_F(StreamCareTest, OnlyALeaderMends) {
  add(keyspace_.snapshots(), kYear2096);
  const auto refused = care_.tend(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, ports::WriteFault::kFenced);
  EXPECT_EQ(length(keyspace_.snapshots()), "1");
}

TEST_F(StreamCareTest, WhatIsCarriedOverIsBounded) {
  const auto token = lead();
  for (int i = 0; i < 40; ++i) add(keyspace_.commands(), "*", std::string(1u << 20, 'x'));
  add(keyspace_.commands(), kYear2096);
  const auto trouble = only(token);
  EXPECT_LE(trouble.kept, 16u);
  EXPECT_EQ(trouble.kept + trouble.lost, 41u);
}

// Each key of ours, made by somebody else: the sentence says which key it is, what it is, and what it should be.
TEST_F(StreamCareTest, AKeyOfTheWrongTypeIsNamedWithTheTypeThatIsRight) {
  RedisJournal journal(client_, keyspace_);
  const auto make_list = [&](const std::string& key) {
    cli({"DEL", key});
    cli({"RPUSH", key, "junk"});
  };
  make_list(keyspace_.lease());
  auto lease = lease_.acquire_or_renew();
  ASSERT_FALSE(lease);
  EXPECT_THAT(lease.error().message, HasSubstr(keyspace_.lease() + " is a list, where a string belongs"));
  cli({"DEL", keyspace_.lease()});
  make_list(keyspace_.state());
  lease = lease_.acquire_or_renew();
  ASSERT_FALSE(lease);
  EXPECT_THAT(lease.error().message, HasSubstr(keyspace_.state() + " is a list, where a hash belongs"));
  EXPECT_THAT(journal.load_state().error().message, HasSubstr(keyspace_.state() + " is a list"));
  cli({"DEL", keyspace_.state()});
  const auto token = lead();
  make_list(keyspace_.journal());
  EXPECT_THAT(journal.newest(5).error().message, HasSubstr(keyspace_.journal() + " is a list, where a stream belongs"));
  make_list(keyspace_.answers());
  EXPECT_THAT(journal.answer(token, {{"1-0", "mode", record::done(""), clock_.now(), "a"}}).error().message,
              HasSubstr(keyspace_.answers() + " is a list, where a hash belongs"));
  EXPECT_THAT(journal.answers().error().message, HasSubstr(keyspace_.answers() + " is a list"));
  cli({"DEL", keyspace_.decisions()});
  cli({"SET", keyspace_.decisions(), "junk"});
  EXPECT_THAT(journal.record_decision(token, "{}").error().message,
              HasSubstr(keyspace_.decisions() + " is a string, where a stream belongs"));
}

}  // namespace
}  // namespace hotspot::io
