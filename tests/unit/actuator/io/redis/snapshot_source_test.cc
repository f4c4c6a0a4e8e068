#include <algorithm>
#include <chrono>
#include <mutex>

#include "actuator/io/redis/snapshot_source.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

// Collects what a source delivers.
class Heard {
 public:
  ports::SourceListener listener() {
    return {.on_snapshots =
                [this](std::vector<ports::Arrival> arrivals) {
                  const std::lock_guard lock(mutex_);
                  last_at_ = std::chrono::steady_clock::now();
                  for (const auto& arrival : arrivals) sequences_.push_back(arrival.snapshot.sequence);
                },
            .on_bad_snapshot =
                [this](ports::BadSnapshot bad) {
                  const std::lock_guard lock(mutex_);
                  bad_.push_back(bad.error.fault);
                },
            .on_command =
                [this](ports::Command command) {
                  const std::lock_guard lock(mutex_);
                  commands_.push_back(std::move(command));
                },
            .on_change =
                [this](ports::SourceChange change) {
                  const std::lock_guard lock(mutex_);
                  changes_.push_back(std::move(change));
                }};
  }
  std::vector<std::uint64_t> sequences() const { return copy(sequences_); }
  std::vector<telemetry::DecodeFault> bad() const { return copy(bad_); }
  std::vector<ports::Command> commands() const { return copy(commands_); }
  std::vector<ports::SourceChange> changes() const { return copy(changes_); }
  std::chrono::steady_clock::time_point last_at() const { return copy(last_at_); }
  std::string text() const {
    std::string all = std::to_string(sequences().size()) + " snapshots";
    for (const ports::Command& command : commands()) all += "\n" + command.verb + " " + command.stream_id;
    for (const ports::SourceChange& change : changes()) all += "\n" + change.message;
    return all;
  }
  bool connected(std::size_t change) const {
    const auto all = changes();
    return all.size() > change && all[change].connected;
  }

 private:
  template <typename T>
  T copy(const T& values) const {
    const std::lock_guard lock(mutex_);
    return values;
  }
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> sequences_;
  std::chrono::steady_clock::time_point last_at_{};  // when the newest snapshots came
  std::vector<telemetry::DecodeFault> bad_;
  std::vector<ports::Command> commands_;
  std::vector<ports::SourceChange> changes_;
};

using Sequences = std::vector<std::uint64_t>;

class SnapshotSourceTest : public RedisTest {
 protected:
  void TearDown() override { source_.stop(); }
  std::string encoded(std::uint64_t sequence) const {
    telemetry::NodeSnapshot snapshot;
    snapshot.cluster = "unit";
    snapshot.taken_at = clock_.now();
    snapshot.node.uuid = snapshot.node.name = "h1";
    snapshot.node.cpus = 4;
    snapshot.node.memory_bytes = kGibibyte;
    snapshot.sequence = sequence;
    return telemetry::encode(snapshot);
  }
  std::string add(std::uint64_t sequence, const std::string& id = "*") { return add_text(encoded(sequence), id); }
  std::string add_text(const std::string& json, const std::string& id = "*") {
    return cli({"XADD", keyspace_.snapshots(), id, telemetry::kSnapshotField, json});
  }
  // Its id.
  std::string give(const std::string& verb, const std::map<std::string, std::string>& arguments = {}) {
    redis::Command add{"XADD", keyspace_.commands(), "*", "verb", verb};
    for (const auto& [name, value] : arguments) add.insert(add.end(), {name, value});
    return cli(add);
  }
  void begin(Milliseconds history = Milliseconds(60'000), const std::string& after_command = "") {
    source_.start(heard_.listener(), history, after_command);
  }
  void restart_server() {
    server_.stop();
    server_.start();
    ASSERT_TRUE(wait_for([this] { return cli({"PING"}) == "PONG"; }));
  }
  bool hears(const Sequences& expected) {
    return wait_for([&] { return heard_.sequences() == expected; });
  }
  bool hears_commands(std::size_t count) {
    return wait_for([&] { return heard_.commands().size() == count; });
  }

  Heard heard_;
  RedisSnapshotSource source_{{options(), {.first = Milliseconds(5), .longest = Milliseconds(20)}}, clock_, keyspace_};
};

TEST_F(SnapshotSourceTest, DeliversHistoryAndThenWhatComes) {
  add(1, "1-0");  // of long ago
  add(2);
  begin();
  EXPECT_TRUE(hears({2}));
  add(3);
  EXPECT_TRUE(hears({2, 3}));
  ASSERT_EQ(heard_.changes().size(), 1u);
  EXPECT_TRUE(heard_.connected(0));
}

TEST_F(SnapshotSourceTest, DeliversWithinMilliseconds) {
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(0); }));
  std::vector<double> delays_ms;
  for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) {
    const auto sent = std::chrono::steady_clock::now();
    add(sequence);
    ASSERT_TRUE(wait_for([&] { return heard_.sequences().size() == sequence; }));
    delays_ms.push_back(std::chrono::duration<double, std::milli>(heard_.last_at() - sent).count());
  }
  std::sort(delays_ms.begin(), delays_ms.end());
  RecordProperty("median_us", static_cast<int>(delays_ms[100] * 1000));
  EXPECT_LT(delays_ms[100], 20.0);  // some 0.1 ms where the machine is idle
}

TEST_F(SnapshotSourceTest, BadSnapshotsAreNamedAndSkipped) {
  begin();
  add_text("{\"schema\":1,");
  add_text(R"({"schema":99})");
  add_text("[]");
  cli({"XADD", keyspace_.snapshots(), "*", "something", "else"});
  add(7);
  EXPECT_TRUE(hears({7}));
  const auto bad = heard_.bad();
  ASSERT_EQ(bad.size(), 4u);
  EXPECT_EQ(bad[0], telemetry::DecodeFault::kNotJson);
  EXPECT_EQ(bad[1], telemetry::DecodeFault::kHigherSchema);
  EXPECT_EQ(bad[3], telemetry::DecodeFault::kNotASnapshot);
}

TEST_F(SnapshotSourceTest, EntriesBeyondAllMeasureAreSkippedAndTheRestIsRead) {
  redis::Options narrow = options();
  narrow.max_reply_bytes = 1u << 20;
  RedisSnapshotSource source({narrow, {.first = Milliseconds(5), .longest = Milliseconds(20)}}, clock_, keyspace_);
  add(1);
  add_text(std::string(3u << 20, ' '));
  for (std::uint64_t sequence = 2; sequence < 10; ++sequence) {
    add_text(encoded(sequence) + std::string(300'000, ' '));  // several together are too much as well
  }
  source.start(heard_.listener(), Milliseconds(60'000), "");
  EXPECT_TRUE(hears({1, 2, 3, 4, 5, 6, 7, 8, 9}));
  source.stop();
  EXPECT_EQ(heard_.bad(), std::vector<telemetry::DecodeFault>{telemetry::DecodeFault::kTooLarge});
  EXPECT_EQ(heard_.changes().size(), 1u);  // that was no interruption
}

TEST_F(SnapshotSourceTest, EntriesOfManySmallFieldsAreSkippedAsLargeOnesAre) {
  redis::Options narrow = options();
  narrow.max_reply_bytes = 1u << 20;
  RedisSnapshotSource source({narrow, {.first = Milliseconds(5), .longest = Milliseconds(20)}}, clock_, keyspace_);
  redis::Command small{"XADD", keyspace_.snapshots(), "*"};
  small.resize(3 + 20'000, "x");  // 20,000 bytes, and more values than a megabyte has room for
  add(1);
  cli(small);
  add(2);
  source.start(heard_.listener(), Milliseconds(60'000), "");
  EXPECT_TRUE(hears({1, 2}));
  source.stop();
  EXPECT_EQ(heard_.bad(), std::vector<telemetry::DecodeFault>{telemetry::DecodeFault::kTooLarge});
}

TEST_F(SnapshotSourceTest, OfThreeEntriesThatAreTooMuchTogetherTheLargestGivesWay) {
  redis::Options narrow = options();
  narrow.max_reply_bytes = 1u << 20;
  RedisSnapshotSource source({narrow, {.first = Milliseconds(5), .longest = Milliseconds(20)}}, clock_, keyspace_);
  const std::string part(400'000, 'x');
  source.start(heard_.listener(), Milliseconds(60'000), "");
  ASSERT_TRUE(wait_for([&] { return !heard_.changes().empty(); }));
  cli({"EVAL", "for i = 1, 3 do redis.call('XADD', KEYS[i], '*', 'a', ARGV[1]) end", "3", keyspace_.snapshots(),
       keyspace_.commands(), keyspace_.admin_commands(), part});
  add(1);
  EXPECT_TRUE(hears({1}));
  source.stop();
}

TEST_F(SnapshotSourceTest, CommandsComeFromNowOnOrFromWhereOneLeftOff) {
  const auto before = give("mode", {{"mode", "observe"}});
  const auto missed = give("reload");
  begin(Milliseconds(0), before);
  ASSERT_TRUE(hears_commands(1));
  EXPECT_EQ(heard_.commands()[0].verb, "reload");
  EXPECT_EQ(heard_.commands()[0].stream_id, missed);
  const auto sent = give("mode", {{"mode", "enforce"}, {"domain", "vm 1"}});
  ASSERT_TRUE(hears_commands(2));
  EXPECT_EQ(heard_.commands()[1].arguments,
            (std::map<std::string, std::string>{{"domain", "vm 1"}, {"mode", "enforce"}}));
  source_.stop();

  Heard fresh;
  RedisSnapshotSource another({options()}, clock_, keyspace_);
  // A command of the very millisecond of the start is one "from now on".
  const auto later = clock_.steady() + Milliseconds(5);
  wait_for([&] { return clock_.steady() > later; });
  another.start(fresh.listener(), Milliseconds(0), "");
  ASSERT_TRUE(wait_for([&] { return fresh.connected(0); }));
  give("drain", {{"node", "h1"}});
  EXPECT_TRUE(wait_for([&] { return fresh.commands().size() == 1; }));
  EXPECT_EQ(fresh.commands()[0].verb, "drain");
  another.stop();
}

TEST_F(SnapshotSourceTest, SaysOnceThatRedisIsAwayAndOnceThatItIsBack) {
  server_.stop();
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.changes().size() == 1; }));
  EXPECT_FALSE(heard_.connected(0));
  EXPECT_NE(heard_.changes()[0].message.find("Connection refused"), std::string::npos);
  server_.start();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(1); }));
  EXPECT_NE(heard_.changes()[1].message.find("is back after"), std::string::npos) << heard_.changes()[1].message;
  server_.stop();
  ASSERT_TRUE(wait_for([this] { return heard_.changes().size() == 3; }));
  server_.start();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(3); }));
  EXPECT_EQ(heard_.changes().size(), 4u);
}

TEST_F(SnapshotSourceTest, AConnectionThatBreaksLosesAndRepeatsNothing) {
  begin();
  Sequences expected;
  for (std::uint64_t sequence = 1; sequence <= 300; ++sequence) {
    add(sequence);
    expected.push_back(sequence);
    if (sequence % 50 == 0) cli({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  }
  EXPECT_TRUE(hears(expected)) << heard_.sequences().size();
}

TEST_F(SnapshotSourceTest, AnEmptyRedisInItsPlaceIsFollowed) {
  begin();
  add(1);
  give("first");
  ASSERT_TRUE(hears({1}) && hears_commands(1));
  restart_server();
  add(2);
  give("second");
  EXPECT_TRUE(hears({1, 2}));
  EXPECT_TRUE(hears_commands(2));
}

TEST_F(SnapshotSourceTest, AStreamThatWentBackBehindUsIsFollowedAgain) {
  // IDs from far in the future, as by a clock that was wrong; then all of it is gone.
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(0); }));
  add(1, "4000000000000-0");
  cli({"XADD", keyspace_.commands(), "4000000000000-0", "verb", "first"});
  ASSERT_TRUE(hears({1}) && hears_commands(1));
  cli({"FLUSHALL"});
  add(2);
  give("second");
  EXPECT_TRUE(hears({1, 2}));  // found after a silence of 2 s, without a reconnect
  EXPECT_TRUE(hears_commands(2));
  add(3);
  EXPECT_TRUE(hears({1, 2, 3}));
}

TEST_F(SnapshotSourceTest, AStreamAheadOfTheClockIsFollowedAndItsOldCommandsAreNotRepeated) {
  add(1, "4000000000000-0");
  cli({"XADD", keyspace_.commands(), "4000000000000-0", "verb", "old"});
  begin();
  ASSERT_TRUE(hears({1}));
  add(2);
  cli({"XADD", keyspace_.commands(), "*", "verb", "new"});
  EXPECT_TRUE(hears({1, 2}));
  ASSERT_TRUE(hears_commands(1));
  EXPECT_EQ(heard_.commands()[0].verb, "new");
}

TEST_F(SnapshotSourceTest, AnIdOfTheFutureThatIsGoneHidesNoLaterCommandWhileSnapshotsFlow) {
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(0); }));
  give("before");
  const auto heard = [this](const char* verb) {
    const auto all = heard_.commands();
    return std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.verb == verb; });
  };
  std::uint64_t sequence = 0;
  int round = 0;
  for (const char* future : {"4000000000000-0", "18446744073709551615-18446744073709551615"}) {
    ++round;
    for (const std::string& key : {keyspace_.commands(), keyspace_.admin_commands()})
      cli({"XADD", key, future, "verb", "poison"});
    ASSERT_TRUE(wait_for([&] { return heard("poison") == 2 * round; })) << heard_.text();
    // A stream that begins anew within the same millisecond would give out the same ids.
    const auto later = clock_.steady() + Milliseconds(5);
    wait_for([&] { return clock_.steady() > later; });
    cli({"DEL", keyspace_.commands(), keyspace_.admin_commands()});
    give("pause");
    cli({"XADD", keyspace_.admin_commands(), "*", "verb", "admit"});
    EXPECT_TRUE(wait_for([&] {
      add(++sequence);  // a cluster that lives: there is always something to read
      return heard("pause") == round && heard("admit") == round;
    })) << future
        << ": " << heard_.text();
  }
  EXPECT_EQ(heard("before"), 1);
}

TEST_F(SnapshotSourceTest, TellsAnAdminsCommandsFromAnOperatorsAndWhatTheStoresClockSays) {
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(0); }));
  cli({"XADD", keyspace_.admin_commands(), "*", "verb", "forget", "node", "h1"});
  ASSERT_TRUE(hears_commands(1));
  const ports::Command command = heard_.commands()[0];
  EXPECT_EQ(command.channel, record::Channel::kAdmin);
  EXPECT_LT(std::abs((command.store_time - clock_.now()).count()), 60'000);
}

TEST_F(SnapshotSourceTest, ACommandBeyondAllMeasureIsHandedOnAsAProblemAlone) {
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(0); }));
  give("pause", {{"reason", std::string(20'000, 'x')}});
  redis::Command many{"XADD", keyspace_.commands(), "*", "verb", "pause"};
  for (int i = 0; i < 40; ++i) many.insert(many.end(), {"a" + std::to_string(i), "b"});
  cli(many);
  cli({"XADD", keyspace_.commands(), "*", "verb", "pause", "reason", "a", "reason", "b"});
  ASSERT_TRUE(hears_commands(3));
  for (const ports::Command& command : heard_.commands()) EXPECT_NE(command.problem, "") << command.stream_id;
  EXPECT_TRUE(heard_.commands()[0].arguments.empty());
  EXPECT_EQ(heard_.commands()[2].problem, "it has the argument 'reason' twice");
}

TEST_F(SnapshotSourceTest, StopsAtOnceWhetherRedisAnswersOrNot) {
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.connected(0); }));
  auto begun = std::chrono::steady_clock::now();
  source_.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  server_.pause();
  begin();
  begun = std::chrono::steady_clock::now();
  source_.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  server_.resume();
}

TEST_F(SnapshotSourceTest, AMissingPermissionIsSaidOnceAndIsNoEnd) {
  cli({"ACL", "SETUSER", "default", "-xread"});
  begin();
  ASSERT_TRUE(wait_for([this] { return heard_.changes().size() == 1; }));
  EXPECT_NE(heard_.changes()[0].message.find("docs/acl.md"), std::string::npos) << heard_.changes()[0].message;
  cli({"ACL", "SETUSER", "default", "+xread"});
  EXPECT_TRUE(wait_for([this] { return heard_.connected(1); }));
}

}  // namespace
}  // namespace hotspot::io
