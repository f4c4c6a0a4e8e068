// What others may have put into the keys of the lease, and servers that are no Redis.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/stream_follower.h"
#include "tests/support/redis_fixture.h"

namespace hotspot::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OdditiesTest : public RedisTest {
 protected:
  OdditiesTest() {
    lease_.on_remark([this](const std::string& sentence) { remarks_.push_back(sentence); });
  }
  std::string field(const std::string& name) { return cli({"HGET", keyspace_.state(), name}); }
  std::int64_t now_ms() { return to_unix_ms(clock_.now()); }

  std::vector<std::string> remarks_;
  RedisLease lease_{client_, clock_, keyspace_, {"hotspotd@n1:1", Milliseconds(60'000)}};
};

TEST_F(OdditiesTest, ATokenThatIsNoneIsReplacedByOneThatIsLaterThanAllThatWereSeen) {
  // 2^53 and more cannot be counted up in a script; the rest is no number that was ever given out.
  for (const std::string odd : {"junk", "1e30", "9007199254740992", "18446744073709551615", "-5", "inf", "nan", "0x10",
                                "1.5", "", "1000000000000000"}) {
    cli({"DEL", keyspace_.lease()});
    cli({"HSET", keyspace_.state(), "fencing_token", odd});
    remarks_.clear();
    const auto first = lease_.acquire_or_renew();
    ASSERT_TRUE(first) << odd << ": " << first.error().message;
    EXPECT_TRUE(first->held) << odd;
    EXPECT_GE(first->token, now_ms() - 60'000) << odd;
    EXPECT_LT(first->token, now_ms() + 60'000) << odd;
    EXPECT_EQ(field("fencing_token"), std::to_string(first->token));
    if (!odd.empty()) {
      EXPECT_THAT(remarks_, ElementsAre(HasSubstr("held '" + odd + "', which is no token")));
    }
    RedisJournal journal(client_, keyspace_);
    EXPECT_TRUE(journal.save_state(first->token, {{"mode", "observe"}})) << "it is the lease's: writes go through";
  }
}

TEST_F(OdditiesTest, ATokenIsLaterThanThoseOfTheJournal) {
  const std::int64_t later = now_ms() + 3'600'000;
  cli({"XADD", keyspace_.journal(), "*", "action", "a1", "token", std::to_string(later)});
  cli({"XADD", keyspace_.journal(), "*", "action", "a2", "token", "1e30"});
  cli({"HSET", keyspace_.state(), "fencing_token", "junk"});
  EXPECT_EQ(lease_.acquire_or_renew()->token, later + 1);
}

TEST_F(OdditiesTest, ATokenThatIsSpoiltWhileSomebodyLeadsIsMendedAndCostsNoLead) {
  const auto first = lease_.acquire_or_renew();
  cli({"HSET", keyspace_.state(), "fencing_token", std::string(1u << 20, '9')});
  const auto second = lease_.acquire_or_renew();
  ASSERT_TRUE(second && second->held);
  EXPECT_EQ(second->token, first->token);
  EXPECT_EQ(field("fencing_token"), std::to_string(first->token));
  EXPECT_THAT(remarks_, ElementsAre(HasSubstr("held 'what is longer than 64 bytes'")));
}

TEST_F(OdditiesTest, AKeyThatIsNoLeaseIsSaidOnceWithTheCure) {
  for (const std::string& junk : {std::string("junk"), std::string(4u << 20, 'x'), std::string("1e30 a b")}) {
    remarks_.clear();
    cli({"SET", keyspace_.lease(), junk});
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(lease_.acquire_or_renew());
    EXPECT_THAT(remarks_, ElementsAre(HasSubstr("holds something that is not a lease")));
    EXPECT_THAT(remarks_.at(0), HasSubstr("remove it (DEL)"));
    EXPECT_LT(remarks_.at(0).size(), 400u);
    cli({"DEL", keyspace_.lease()});
    EXPECT_TRUE(lease_.acquire_or_renew()->held);
    lease_.release();
  }
}

// 400 KB without a blank took Redis 18 s, in which it does nothing else.
TEST_F(OdditiesTest, LongJunkAmongTheMembersOrAbstentionsDoesNotKeepRedisBusy) {
  const std::string junk(4u << 20, 'x');
  std::string lines;
  while (lines.size() < 60'000) lines += "x 1 1\n";
  const std::string many[] = {junk, std::string(65'000, 'x'), lines, std::string(30'000, ' '),
                              std::string(65'000, '\n')};
  for (const std::string& one : many) {
    cli({"HSET", keyspace_.state(), "members", one, "abstentions", one});
    const auto asked_at = clock_.steady();
    const auto state = lease_.acquire_or_renew();
    ASSERT_TRUE(state) << state.error().message;
    lease_.abstain("its rules are wrong");
    lease_.release();
    EXPECT_LT((clock_.steady() - asked_at).count(), 2000);
    EXPECT_EQ(state->members.size(), 1u);
    EXPECT_LT(field("members").size(), 1000u);
    const auto abstentions = abstentions_from_text(field("abstentions"));
    ASSERT_EQ(abstentions.size(), 1u) << field("abstentions").substr(0, 200);
    EXPECT_EQ(abstentions[0].why, "its rules are wrong");
  }
}

// Answers what is sent with what `answer` makes of it.
class NoRedis {
 public:
  using Answer = std::function<std::string(const std::string&)>;
  explicit NoRedis(Answer answer) : answer_(std::move(answer)), listening_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listening_, 64), 0);
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~NoRedis() {
    shutdown(listening_, SHUT_RDWR);
    thread_.join();
    close(listening_);
  }
  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void run() {
    for (int peer; (peer = accept(listening_, nullptr, nullptr)) >= 0; close(peer)) {
      ++connections_;
      char some[4096];
      for (ssize_t got; (got = read(peer, some, sizeof some)) > 0;) {
        const std::string words = answer_(std::string(some, static_cast<std::size_t>(got)));
        for (std::size_t at = 0; at < words.size();) {
          const ssize_t sent = send(peer, words.data() + at, words.size() - at, MSG_NOSIGNAL);
          if (sent <= 0) break;
          at += static_cast<std::size_t>(sent);
        }
      }
    }
  }
  Answer answer_;
  int listening_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

std::string repeated(const std::string& words, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += words;
  return all;
}

bool is_greeting(const std::string& sent) { return sent.find("SETNAME") != std::string::npos; }
constexpr const char* kGreeted = "+OK\r\n+PONG\r\n*1\r\n$6\r\nmaster\r\n";

TEST(NoRedisTest, AServerThatAnswersNonsenseIsCalledSoAndIsNotConnectedToWithoutEnd) {
  for (const char* words :
       {"+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "$2\r\nhi\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"}) {
    const NoRedis server([&](const std::string& sent) {
      return repeated(words, static_cast<std::size_t>(std::count(sent.begin(), sent.end(), '*')));
    });
    SystemClock clock;
    redis::Options options;
    options.port = server.port();
    RedisClient client(options, clock);
    std::vector<std::string> told;
    client.on_change([&](bool, const std::string& message) { told.push_back(message); });
    const Milliseconds until = clock.steady() + Milliseconds(1000);
    int tries = 0;
    hotspot::testing::wait_for([&] {
      EXPECT_FALSE(client.command({"GET", "hotspot:{unit}:lease"}));
      ++tries;
      return tries > 10 && clock.steady() > until;
    });
    EXPECT_GT(tries, 10);
    EXPECT_LE(server.connections(), 6) << words << ": the attempts get rarer";
    ASSERT_EQ(told.size(), 1u) << ::testing::PrintToString(told);
    if (words[0] != 'H') {
      EXPECT_THAT(told[0], HasSubstr("is no Redis"));
    }
  }
}

// What becomes of a command that a server answers with `words`, which has greeted as a Redis does.
redis::CommandError answered_with(const std::string& words) {
  const NoRedis server([&](const std::string& sent) { return is_greeting(sent) ? kGreeted : words; });
  redis::Options options;
  options.port = server.port();
  options.command_timeout = Milliseconds(5000);
  redis::Connection connection(options);
  if (auto connected = connection.connect(); !connected) return connected.error();
  auto reply = connection.command({"GET", "hotspot:{unit}:lease"});
  return reply ? redis::CommandError{redis::Fault::kRefused, "", "it was believed"} : reply.error();
}

TEST(NoRedisTest, ArraysInArraysWithoutEndAreNoDeepCallAndAreNotTakenIn) {
  const redis::CommandError error = answered_with(repeated("*1\r\n", 1'000'000));
  EXPECT_TRUE(error.fault == redis::Fault::kTooLarge || error.fault == redis::Fault::kAway) << error.message;
}

TEST(NoRedisTest, AnArrayOfWhichMuchIsPromisedTakesNoMemoryBeforeItComes) {
  EXPECT_EQ(answered_with("*2000000\r\n").fault, redis::Fault::kTooLarge);
  EXPECT_EQ(answered_with("*2\r\n" + repeated("*900000\r\n", 4)).fault, redis::Fault::kTooLarge);
}

TEST(NoRedisTest, WhatIsSaidUnaskedIsNoAnswerToTheNextQuestion) {
  const redis::CommandError error = answered_with("$5\r\nfirst\r\n$6\r\nsecond\r\n");
  EXPECT_THAT(error.message, HasSubstr("answers more than it was asked"));
}

TEST(NoRedisTest, WhatTakesTooLongIsAskedForInSmallerParts) {
  std::atomic<int> least{1000};
  const NoRedis server([&](const std::string& sent) -> std::string {
    if (is_greeting(sent)) return kGreeted;
    if (sent.find("EVAL") != std::string::npos)
      return "*4\r\n:1700000000000\r\n$3\r\n0-0\r\n$3\r\n0-0\r\n$3\r\n0-0\r\n";
    const auto at = sent.find("COUNT\r\n$");
    if (at == std::string::npos) return "";
    const int count = std::stoi(sent.substr(sent.find("\r\n", at + 8) + 2));
    least = count;
    return count <= 16 ? "*-1\r\n" : "";
  });
  redis::Options options;
  options.port = server.port();
  options.command_timeout = Milliseconds(20);
  SystemClock clock;
  StreamFollower follower(options, clock, *telemetry::Keyspace::of("unit"), {Milliseconds(0), ""});
  int failed = 0;
  while (!follower.read() && failed < 20) ++failed;
  EXPECT_GE(failed, 4) << "256, 128, 64, 32";
  EXPECT_LT(failed, 20);
  EXPECT_EQ(least, 16);
}

}  // namespace
}  // namespace hotspot::io
