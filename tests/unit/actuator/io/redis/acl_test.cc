// packaging/redis/hotspot.acl: each role can do its work, and nothing else. docs/acl.md describes it.
#include <fstream>
#include <set>
#include <sstream>

#include "actuator/io/redis/input_store.h"
#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/operator.h"
#include "actuator/io/redis/snapshot_source.h"
#include "actuator/io/redis/store_meter.h"
#include "tests/support/redis_fixture.h"
#include "tests/support/write_password.h"

namespace hotspot::io {
namespace {

class AclTest : public RedisTest {
 protected:
  void SetUp() override {
    hotspot::testing::write_password(password_file_, "secret");
    std::ifstream lines(std::string(HOTSPOT_SOURCE_DIR) + "/packaging/redis/hotspot.acl");
    std::string line;
    int users = 0;
    for (; std::getline(lines, line); ++users) set_user(line);
    ASSERT_EQ(users, 4);
  }
  // "user NAME RULE…", then switched on as docs/acl.md says.
  void set_user(const std::string& line) {
    std::istringstream words(line);
    std::string word, name;
    words >> word >> name;
    redis::Command command{"ACL", "SETUSER", name};
    while (words >> word) command.push_back(word);
    EXPECT_EQ(cli(command), "OK") << line;
    EXPECT_EQ(cli({"ACL", "SETUSER", name, "on", ">secret"}), "OK");
  }
  redis::Options as(const std::string& user) const {
    redis::Options made = options();
    made.user = user;
    made.password_file = password_file_;
    return made;
  }
  // The error's code, "" where the command was done.
  static std::string fault(RedisClient& client, const redis::Command& command) {
    auto reply = client.command(command);
    return reply ? "" : reply.error().code;
  }

  // Every command, "client|setname" for a subcommand, that Redis would let the user try (ACL DRYRUN, Redis 7).
  std::set<std::string> allowed(const std::string& user) {
    std::set<std::string> names;
    auto all = client_.command({"COMMAND"});
    EXPECT_TRUE(all && all->elements.size() > 200u);
    for (const redis::Reply& command : all->elements) add_allowed(command, user, names);
    return names;
  }
  void add_allowed(const redis::Reply& command, const std::string& user, std::set<std::string>& names) {
    // [name, arity, flags, first key, last key, step, ACL categories, tips, key specifications, subcommands]
    const std::string& name = command.elements.at(0).text;
    for (const redis::Reply& subcommand : command.elements.at(9).elements) add_allowed(subcommand, user, names);
    if (!command.elements.at(9).elements.empty()) return;
    for (const redis::Reply& flag : command.elements.at(2).elements)
      if (flag.text == "no_auth") return;  // AUTH, HELLO, QUIT, RESET: for everybody
    redis::Command dry_run{"ACL", "DRYRUN", user};
    for (std::size_t at = 0; at <= name.size();) {
      const std::size_t bar = std::min(name.find('|', at), name.size());
      dry_run.push_back(name.substr(at, bar - at));
      at = bar + 1;
    }
    const auto words = static_cast<std::size_t>(std::abs(command.elements.at(1).integer));
    while (dry_run.size() < words + 3) dry_run.push_back("1");
    const std::string said = cli(dry_run);
    if (said.find("no permissions to run") == std::string::npos) names.insert(name);
  }

  std::string password_file_ = server_.folder() + "/password";
  RedisClient collector_{as("hotspot-collector"), clock_}, actuator_{as("hotspot-actuator"), clock_},
      operator_{as("hotspot-operator"), clock_}, admin_{as("hotspot-admin"), clock_};
};

TEST_F(AclTest, ACollectorAppendsSnapshotsReadsWhatIsPublishedAndNothingElse) {
  EXPECT_EQ(fault(collector_, {"XADD", keyspace_.snapshots(), "MINID", "~", "1", "*", "snapshot", "{}"}), "");
  EXPECT_EQ(fault(collector_, {"XADD", keyspace_.commands(), "*", "verb", "drain"}), "NOPERM");
  EXPECT_EQ(fault(collector_, {"XADD", keyspace_.journal(), "*", "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(collector_, {"XREVRANGE", keyspace_.snapshots(), "+", "-"}), "NOPERM");
  EXPECT_EQ(fault(collector_, {"HGETALL", keyspace_.state()}), "NOPERM");
  cli({"SET", keyspace_.published(), "{}"});
  EXPECT_EQ(fault(collector_, {"GETRANGE", keyspace_.published(), "0", "511"}), "");
  EXPECT_EQ(fault(collector_, {"SET", keyspace_.published(), "forged"}), "NOPERM");
  EXPECT_EQ(fault(collector_, {"XADD", keyspace_.published(), "*", "a", "b"}), "NOPERM");
  for (const std::string& key : {keyspace_.snapshots(), keyspace_.state(), keyspace_.lease(), keyspace_.nodes()})
    EXPECT_EQ(fault(collector_, {"GETRANGE", key, "0", "511"}), "NOPERM") << key;
}

TEST_F(AclTest, AnActuatorAsksHowFullRedisIsAndNothingElseOfIt) {
  EXPECT_EQ(fault(actuator_, {"INFO", "memory"}), "");
  for (const char* section : {"server", "clients", "replication", "all", "everything"})
    EXPECT_EQ(fault(actuator_, {"INFO", section}), "NOPERM") << section;
  EXPECT_EQ(fault(actuator_, {"INFO"}), "NOPERM");
  for (RedisClient* other : {&collector_, &operator_, &admin_}) EXPECT_EQ(fault(*other, {"INFO", "memory"}), "NOPERM");
  RedisStoreMeter meter(actuator_, keyspace_);
  const auto memory = meter.memory();
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_TRUE(*memory);
}

TEST_F(AclTest, AnActuatorWithTheLineOfBeforeDoesNotKnowHowFullRedisIsAndIsWell) {
  EXPECT_EQ(cli({"ACL", "SETUSER", "hotspot-actuator", "-info"}), "OK");
  std::vector<std::string> told;
  actuator_.on_change([&](bool, const std::string& message) { told.push_back(message); });
  RedisStoreMeter meter(actuator_, keyspace_);
  const auto memory = meter.memory();
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_FALSE(*memory);
  EXPECT_TRUE(told.empty() || told.front().find("NOPERM") == std::string::npos) << told.front();
}

TEST_F(AclTest, AnActuatorLeadsJournalsAndFollows) {
  RedisLease lease(actuator_, clock_, keyspace_, {"hotspotd@n1:1"});
  RedisJournal journal(actuator_, keyspace_);
  const auto taken = lease.acquire_or_renew();
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_TRUE(lease.acquire_or_renew());
  ports::JournalEntry entry;
  entry.action.id = "a1";
  entry.action.domain_uuid = "u";
  entry.token = taken->token;
  for (const auto state : {model::ActionState::kIntent, model::ActionState::kDone}) {
    entry.state = state;
    const auto written = journal.append(entry);
    ASSERT_TRUE(written) << written.error().message;
  }
  EXPECT_TRUE(journal.record_decision(taken->token, "{}"));
  for (RedisClient* reader : {&operator_, &admin_}) {
    const auto report = RedisOperator(*reader, keyspace_).verify_decisions(journal.decision_head());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_FALSE(report->broken) << report->broken->sentence;
    EXPECT_EQ(report->head, journal.decision_head());
  }
  EXPECT_TRUE(journal.save_state(taken->token, {{"mode", "observe"}, {"gone", ""}}));
  EXPECT_TRUE(journal.load_state() && journal.open_actions() && journal.newest(5));
  lease.release();
  EXPECT_EQ(cli({"EXISTS", keyspace_.lease()}), "0");

  StreamFollower follower(as("hotspot-actuator"), clock_, keyspace_, {Milliseconds(60'000), ""});
  cli({"XADD", keyspace_.snapshots(), "*", "snapshot", "{}"});
  const auto followed = follower.read();
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->snapshots.size(), 1u);
}

TEST_F(AclTest, AnActuatorStoresWhatDecisionsWereMadeFromAndOperatorsReadIt) {
  RedisLease lease(actuator_, clock_, keyspace_, {"hotspotd@n1:1"});
  const auto taken = lease.acquire_or_renew();
  ASSERT_TRUE(taken) << taken.error().message;
  RedisInputStore store(actuator_, keyspace_, {.most_age = Milliseconds(1), .most_bytes = 1});
  const std::string hash(64, 'a');
  for (const char* input : {"1", "2"}) {  // the second one removes the first
    const auto stored = store.store(taken->token, {{std::string(64, *input), input}, {hash, "part"}}, {});
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_TRUE(wait_for([&, at = clock_.now()] { return clock_.now() > at + Milliseconds(2); }));
  }
  const auto again = store.store(taken->token, {{std::string(64, '3'), "3"}}, {hash});
  ASSERT_TRUE(again) << again.error().message;
  for (RedisClient* reader : {&operator_, &admin_}) {
    EXPECT_EQ(RedisOperator(*reader, keyspace_).input_text(hash)->value_or("none"), "part");
    EXPECT_EQ(fault(*reader, {"HSET", keyspace_.inputs(), hash, "forged"}), "NOPERM");
  }
  EXPECT_EQ(fault(collector_, {"HGET", keyspace_.inputs(), hash}), "NOPERM");
}

TEST_F(AclTest, AnActuatorWithTheLineOfBeforeStoresNoInputsAsksNoMoreAndIsWell) {
  EXPECT_EQ(cli({"ACL", "SETUSER", "hotspot-actuator", "-zadd"}), "OK");
  RedisLease lease(actuator_, clock_, keyspace_, {"hotspotd@n1:1"});
  const auto taken = lease.acquire_or_renew();
  ASSERT_TRUE(taken) << taken.error().message;
  RedisInputStore store(actuator_, keyspace_);
  std::vector<std::string> told;
  actuator_.on_change([&](bool, const std::string& message) { told.push_back(message); });
  for (int i = 0; i < 3; ++i) {
    const auto refused = store.store(taken->token, {{std::string(64, 'a'), "1"}}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, ports::WriteFault::kUnreachable);
    EXPECT_TRUE(RedisJournal(actuator_, keyspace_).record_decision(taken->token, "{}"));
  }
  EXPECT_LE(told.size(), 2u);
}

TEST_F(AclTest, AnActuatorCanStepOverAnEntryThatIsTooLarge) {
  redis::Options narrow = as("hotspot-actuator");
  narrow.max_reply_bytes = 1u << 20;
  StreamFollower follower(narrow, clock_, keyspace_, {Milliseconds(60'000), ""});
  cli({"XADD", keyspace_.snapshots(), "*", "snapshot", std::string(2u << 20, ' ')});
  const auto followed = follower.read();
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->too_large.size(), 1u);
}

TEST_F(AclTest, AnActuatorAnswersCommandsOfBothStreamsAndMayMendStreams) {
  RedisLease lease(actuator_, clock_, keyspace_, {"hotspotd@n1:1"});
  RedisJournal journal(actuator_, keyspace_);
  const auto taken = lease.acquire_or_renew();
  ASSERT_TRUE(taken) << taken.error().message;
  const auto answered = journal.answer(taken->token, {{"1-0", "mode", record::done("done"), clock_.now(), "a"}});
  EXPECT_TRUE(answered) << answered.error().message;
  EXPECT_TRUE(journal.answers());
  for (const std::string& key : {keyspace_.commands(), keyspace_.admin_commands(), keyspace_.snapshots()}) {
    cli({"XADD", key, "*", "a", "b"});
    EXPECT_EQ(fault(actuator_, {"UNLINK", key}), "");
  }
  for (const std::string& key : {keyspace_.nodes(), keyspace_.answers()})
    EXPECT_EQ(fault(actuator_, {"HSET", key, "a", "b"}), "");
  EXPECT_EQ(fault(actuator_, {"SET", keyspace_.published(), "{}", "PX", "1000"}), "");
}

TEST_F(AclTest, AnOperatorReadsEverythingAndSendsCommands) {
  RedisOperator tool(operator_, keyspace_);
  const auto sent = tool.send(record::SetMode{record::Mode::kObserve, "ada"});
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_TRUE(tool.newest_snapshots(Milliseconds(1000), [](const ports::Arrival&) { return true; }) &&
              tool.newest_decisions(5) && tool.newest_entries(5));
  EXPECT_TRUE(tool.news_after({"0-0", "0-0"}, Milliseconds(1)) && tool.newest_places() && tool.state() &&
              tool.lease() && tool.published());
  EXPECT_TRUE(tool.answer(sent->answer_id));
  EXPECT_EQ(fault(operator_, {"HSET", keyspace_.answers(), "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"HSET", keyspace_.nodes(), "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"XADD", keyspace_.journal(), "*", "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"XADD", keyspace_.snapshots(), "*", "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"SET", keyspace_.lease(), "x"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"HSET", keyspace_.state(), "a", "b"}), "NOPERM");
}

TEST_F(AclTest, AnOperatorKeepsTokensAndSessionsInTheHashOfTheConsoleAndInNoOther) {
  const std::string console = "hotspot:{" + keyspace_.cluster() + "}:console";
  for (RedisClient* client : {&operator_, &admin_}) {
    EXPECT_EQ(fault(*client, {"HSET", console, "token:ada", "{}"}), "");
    EXPECT_EQ(fault(*client, {"HLEN", console}), "");
    EXPECT_EQ(fault(*client, {"HGETALL", console}), "");
    EXPECT_EQ(fault(*client, {"HDEL", console, "token:ada"}), "");
    EXPECT_EQ(fault(*client, {"SET", console, "x"}), "NOPERM");
    // Not a hash in the place of a stream that is not there yet.
    EXPECT_EQ(fault(*client, {"HSET", keyspace_.commands(), "a", "b"}), "NOPERM");
    EXPECT_EQ(fault(*client, {"HDEL", keyspace_.state(), "a"}), "NOPERM");
  }
  for (RedisClient* client : {&collector_, &actuator_}) EXPECT_EQ(fault(*client, {"HGETALL", console}), "NOPERM");
}

TEST_F(AclTest, WhatMakesHotspotDoMoreIsAnAdminsAlone) {
  const record::Command commands[] = {record::SetMode{record::Mode::kEnforce, "ada"},
                                      record::AdmitNode{"h1", "qemu+tls://h1/system", "", "ada"},
                                      record::ForgetNode{"h1", "ada"}};
  RedisOperator operators(operator_, keyspace_), admins(admin_, keyspace_);
  for (const record::Command& command : commands) {
    const auto refused = operators.send(command);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("needs the role admin"), std::string::npos) << refused.error().message;
    EXPECT_NE(refused.error().message.find("docs/acl.md"), std::string::npos);
    const auto sent = admins.send(command);
    EXPECT_TRUE(sent) << sent.error().message;
  }
  EXPECT_TRUE(admins.send(record::Pause{"ada", "storage", {}, false, false}));
  for (const std::string& key : {keyspace_.journal(), keyspace_.snapshots()})
    EXPECT_EQ(fault(admin_, {"XADD", key, "*", "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(admin_, {"HSET", keyspace_.nodes(), "a", "b"}), "NOPERM");
  EXPECT_EQ(fault(collector_, {"XADD", keyspace_.admin_commands(), "*", "verb", "admit"}), "NOPERM");
}

TEST_F(AclTest, NobodyDestroysOrSeesWhatIsNotOurs) {
  for (RedisClient* client : {&collector_, &actuator_, &operator_, &admin_}) {
    for (const redis::Command& command : std::vector<redis::Command>{{"FLUSHALL"},
                                                                     {"KEYS", "*"},
                                                                     {"CONFIG", "GET", "*"},
                                                                     {"XTRIM", keyspace_.journal(), "MAXLEN", "0"},
                                                                     {"GET", "other"},
                                                                     {"XADD", "other", "*", "a", "b"},
                                                                     {"ACL", "LIST"}})
      EXPECT_EQ(fault(*client, command), "NOPERM") << client->options().user << " " << command[0];
  }
}

// Redis' own answer for every command that it has, not for those that we thought of.
TEST_F(AclTest, ARoleHasTheCommandsThatAreNamedForItAndNoOther) {
  const std::set<std::string> everybody{"ping",         "client|setname", "role",   "cluster|keyslot",
                                        "cluster|myid", "cluster|slots",  "asking", "xadd"};
  const auto with = [&](std::set<std::string> more) {
    more.insert(everybody.begin(), everybody.end());
    return more;
  };
  EXPECT_EQ(allowed("hotspot-collector"), with({"getrange"}));
  for (const char* user : {"hotspot-operator", "hotspot-admin"})
    EXPECT_EQ(allowed(user), with({"time", "type", "get", "getrange", "hgetall", "hget", "hlen", "hset", "hdel",
                                   "xread", "xrange", "xrevrange", "xlen"}));
  EXPECT_EQ(allowed("hotspot-actuator"),
            with({"time",    "exists",        "type",   "script|load", "eval",    "evalsha",   "eval_ro",     "get",
                  "set",     "del",           "unlink", "pexpire",     "strlen",  "hget",      "hset",        "hdel",
                  "hexists", "hgetall",       "hkeys",  "hlen",        "hstrlen", "zadd",      "zcard",       "zrange",
                  "zrem",    "zrangebyscore", "xlen",   "xread",       "xrange",  "xrevrange", "xinfo|stream"}));
}

TEST_F(AclTest, AUserOfOneClusterStaysInIt) {
  std::ifstream lines(std::string(HOTSPOT_SOURCE_DIR) + "/packaging/redis/hotspot.acl");
  for (std::string line; std::getline(lines, line);) {  // as docs/acl.md has it
    for (std::size_t at = 0; (at = line.find("{*}", at)) != std::string::npos;) line.replace(at, 3, "{unit}");
    set_user(line);
  }
  EXPECT_EQ(fault(collector_, {"XADD", keyspace_.snapshots(), "*", "snapshot", "{}"}), "");
  EXPECT_EQ(fault(collector_, {"XADD", "hotspot:{other}:snapshots", "*", "snapshot", "{}"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"XADD", "hotspot:{other}:commands", "*", "verb", "mode"}), "NOPERM");
  EXPECT_EQ(fault(operator_, {"HGETALL", "hotspot:{other}:state"}), "NOPERM");
  EXPECT_EQ(fault(actuator_, {"HGETALL", "hotspot:{other}:state"}), "NOPERM");
  EXPECT_EQ(fault(actuator_, {"HGETALL", keyspace_.state()}), "");
}

TEST_F(AclTest, AMissingPermissionIsASentenceThatNamesTheUser) {
  auto refused = operator_.command({"SET", keyspace_.lease(), "x"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("(user 'hotspot-operator') answered: NOPERM"), std::string::npos);
  EXPECT_NE(refused.error().message.find("docs/acl.md"), std::string::npos);
}

}  // namespace
}  // namespace hotspot::io
