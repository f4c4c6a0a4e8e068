// Events for Graphite over real sockets, and servers that mean no good.
#include "actuator/io/graphite/graphite_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/wait.h"
#include "tests/unit/actuator/io/graphite/web_server.h"

namespace hotspot::io {
namespace {

using hotspot::testing::wait_for;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Way = WebServer::Way;

ports::Event event(const std::string& sentence) {
  ports::Event made;
  made.kind = "firing";
  made.sentence = sentence;
  made.at = WallTime(Milliseconds(1'700'000'000'500));
  made.cluster = "rack7";
  made.domain = "web1";
  return made;
}

class GraphiteEventsTest : public ::testing::Test {
 protected:
  GraphiteEventsTest() {
    options_.http.url = server_.url();
    options_.http.limit = Milliseconds(300);
    options_.pause = {.first = Milliseconds(20), .longest = Milliseconds(50)};
  }
  void start() { events_ = std::make_unique<GraphiteEvents>(options_); }
  bool becomes(std::uint64_t written, std::uint64_t dropped) {
    return wait_for([&] {
      const auto now = events_->status();
      return now.written == written && now.dropped == dropped && now.waiting == 0;
    });
  }
  std::string seen() const {
    const auto now = events_->status();
    return std::to_string(now.written) + " written, " + std::to_string(now.dropped) + " dropped, " +
           std::to_string(now.waiting) + " wait, problem '" + now.problem +
           "'; requests: " + ::testing::PrintToString(server_.requests());
  }
  // How often each sentence came.
  std::size_t times(const std::string& sentence) const {
    const auto all = server_.requests();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const std::string& one) {
      return one.find('"' + sentence + '"') != std::string::npos;
    }));
  }

  WebServer server_;
  GraphiteOptions options_;
  std::unique_ptr<GraphiteEvents> events_;
};

TEST_F(GraphiteEventsTest, PostsEachOnceInItsOrder) {
  start();
  events_->write(event("one"));
  events_->write(event("two"));
  ASSERT_TRUE(becomes(2, 0)) << seen();
  const auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[0],
              AllOf(StartsWith("POST /events/ HTTP/1.1\r\n"), HasSubstr("Content-Type: application/json"),
                    HasSubstr("\"what\":\"one\""), HasSubstr("\"when\":1700000000}"),
                    HasSubstr("[\"hotspot\",\"firing\",\"@web1\",\"@rack7\"]"), Not(HasSubstr("Authorization"))));
  EXPECT_THAT(requests[1], HasSubstr("\"what\":\"two\""));
}

TEST_F(GraphiteEventsTest, AServerThatIsAwayCostsNothingButTime) {
  options_.http.url = "http://127.0.0.1:1/events/";
  start();
  events_->write(event("one"));
  ASSERT_TRUE(wait_for([&] { return !events_->status().problem.empty(); })) << seen();
  EXPECT_THAT(events_->status().problem, HasSubstr("127.0.0.1 port 1"));
  EXPECT_EQ(events_->status().waiting, 1u) << "it was sent to nobody, and is kept";
  EXPECT_EQ(events_->status().dropped, 0u);
  EXPECT_EQ(events_->stop(), 1u);
}

TEST_F(GraphiteEventsTest, WhatWasSentAndHadNoAnswerIsNotSentAgain) {
  for (const Way way : {Way::kHangs, Way::kCloses, Way::kTrickles, Way::kFloods}) {
    const std::string sentence = "of way " + std::to_string(static_cast<int>(way));
    server_.behave(way);
    start();
    events_->write(event(sentence));
    ASSERT_TRUE(becomes(0, 1)) << sentence << ": " << seen();
    EXPECT_THAT(events_->status().problem, HasSubstr("no answer")) << sentence;
    server_.behave(Way::kAnswers);
    events_->write(event("next"));
    ASSERT_TRUE(becomes(1, 1)) << sentence << ": " << seen();
    EXPECT_EQ(events_->status().problem, "");
    EXPECT_EQ(times(sentence), 1u) << seen();
    events_.reset();
  }
}

TEST_F(GraphiteEventsTest, ARefusalOfTheAddressKeepsEventsAndFollowsNoRedirection) {
  for (const char* status : {"302 Found", "401 Unauthorized", "404 Not Found", "503 Service Unavailable"}) {
    server_.behave(Way::kAnswers, status);
    start();
    events_->write(event(status));
    ASSERT_TRUE(wait_for([&] { return times(status) >= 2; })) << "it is tried again: " << seen();
    EXPECT_THAT(events_->status().problem, HasSubstr(std::string(status).substr(0, 3)));
    EXPECT_EQ(events_->status().dropped, 0u) << seen();
    server_.behave(Way::kAnswers);
    EXPECT_TRUE(becomes(1, 0)) << status << ": " << seen();
    events_.reset();
  }
}

TEST_F(GraphiteEventsTest, AnEventThatTheServerCannotBearDoesNotHoldTheOthersUp) {
  server_.behave(Way::kAnswers, "500 Internal Server Error");
  start();
  events_->write(event("poison"));
  ASSERT_TRUE(becomes(0, 1)) << seen();
  EXPECT_EQ(times("poison"), 3u);
  server_.behave(Way::kAnswers, "400 Bad Request");
  events_->write(event("wrong"));
  ASSERT_TRUE(becomes(0, 2)) << seen();
  EXPECT_EQ(times("wrong"), 1u) << "the same again would be as wrong";
}

TEST_F(GraphiteEventsTest, WhenNobodyTakesThemTheOldestGiveWay) {
  options_.http.url = "http://127.0.0.1:1/events/";
  options_.most_waiting = 10;
  start();
  for (int i = 0; i < 1000; ++i) events_->write(event("event " + std::to_string(i)));
  EXPECT_EQ(events_->status().waiting, 10u);
  EXPECT_EQ(events_->status().dropped, 990u);
}

TEST_F(GraphiteEventsTest, EndsWithinASecondWhateverTheServerDoes) {
  options_.http.limit = Milliseconds(60'000);
  server_.behave(Way::kHangs);
  start();
  events_->write(event("one"));
  events_->write(event("two"));
  ASSERT_TRUE(wait_for([&] { return times("one") == 1; })) << seen();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(events_->stop(), 1u);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(1500));
  EXPECT_EQ(times("two"), 0u);
}

TEST_F(GraphiteEventsTest, WritesWhatWaitsBeforeItEnds) {
  start();
  for (int i = 0; i < 5; ++i) events_->write(event("event " + std::to_string(i)));
  EXPECT_EQ(events_->stop(), 0u) << seen();
  EXPECT_EQ(server_.requests().size(), 5u);
  events_->write(event("too late"));
  EXPECT_EQ(events_->status().waiting, 0u);
}

TEST_F(GraphiteEventsTest, ReadsThePasswordAtEachAttemptAndTellsItNobodyElse) {
  const std::string path = ::testing::TempDir() + "/graphite.password";
  std::filesystem::remove(path);
  options_.http.user = "anna";
  options_.password_file = path;
  start();
  events_->write(event("one"));
  ASSERT_TRUE(wait_for([&] { return !events_->status().problem.empty(); })) << seen();
  EXPECT_THAT(events_->status().problem, HasSubstr("graphite.password"));
  EXPECT_THAT(server_.requests(), IsEmpty());
  std::ofstream(path + ".new") << "secret\n";
  std::filesystem::permissions(path + ".new", std::filesystem::perms(0600));
  std::filesystem::rename(path + ".new", path);
  ASSERT_TRUE(becomes(1, 0)) << seen();
  EXPECT_THAT(server_.requests().back(), HasSubstr("Authorization: Basic YW5uYTpzZWNyZXQ="));
}

TEST_F(GraphiteEventsTest, UsesNoProxyOfTheEnvironment) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  start();
  events_->write(event("one"));
  EXPECT_TRUE(becomes(1, 0)) << seen();
  unsetenv("http_proxy");
}

}  // namespace
}  // namespace hotspot::io
