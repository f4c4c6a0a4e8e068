#include "common/redis/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/redis/cluster.h"
#include "common/redis/errors.h"
#include "common/redis/trouble.h"

namespace hotspot::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

TEST(Address, IsReadFromWhatPeopleWrite) {
  const auto read = [](const std::string& text) {
    const auto address = redis::address_from_string(text, 1);
    return address ? to_string(*address) : address.error().message;
  };
  EXPECT_EQ(read("redis.example:6380"), "redis.example:6380");
  EXPECT_EQ(read("redis.example"), "redis.example:1");
  EXPECT_EQ(read("10.0.0.1"), "10.0.0.1:1");
  EXPECT_EQ(read("[::1]:6380"), "[::1]:6380");
  EXPECT_EQ(read("[fe80::1]"), "[fe80::1]:1");
  EXPECT_EQ(read("fe80::1"), "[fe80::1]:1");
  for (const char* wrong : {"", ":6379", "a:", "a:0", "a:65536", "a:6379x", "a b:1", "redis://a:1", "user@a:1"})
    EXPECT_THAT(read(wrong), HasSubstr("is not HOST:PORT")) << wrong;
}

TEST(Options, TakeWhatAnOperatorTypes) {
  redis::Options options;
  ASSERT_TRUE(redis::set_address("a:1,b", options));
  EXPECT_EQ(address_text(options), "a:1, b:6379");
  ASSERT_TRUE(redis::set_address("sentinel:hotspot@a,b:2", options));
  EXPECT_EQ(address_text(options), "master 'hotspot' (sentinels a:26379, b:2)");
  ASSERT_TRUE(redis::set_address("unix:/run/redis.sock", options));
  EXPECT_EQ(address_text(options), "unix:/run/redis.sock");
  EXPECT_EQ(check(options), std::nullopt) << "what was before is forgotten";
  for (const char* wrong : {"", "unix:", "sentinel:a:1", "sentinel:@a:1", "sentinel:m@", "a:1,,b:2"})
    EXPECT_FALSE(redis::set_address(wrong, options)) << wrong;
}

TEST(Options, ThatContradictEachOtherAreRefusedWithASentence) {
  const auto wrong = [](auto change) {
    redis::Options options;
    change(options);
    return check(options);
  };
  EXPECT_EQ(check(redis::Options()), std::nullopt);
  EXPECT_THAT(wrong([](redis::Options& o) { o.sentinel.master = "m"; }), Optional(HasSubstr("needs the addresses")));
  EXPECT_THAT(wrong([](redis::Options& o) { o.sentinel.user = "u"; }), Optional(HasSubstr("not the master's name")));
  EXPECT_THAT(wrong([](redis::Options& o) { o.user = "u"; }), Optional(HasSubstr("user 'u' needs a password file")));
  EXPECT_THAT(wrong([](redis::Options& o) { o.tls.ca_file = "f"; }), Optional(HasSubstr("but TLS is off")));
  EXPECT_THAT(wrong([](redis::Options& o) {
                o.tls.on = true;
                o.tls.key_file = "f";
              }),
              Optional(HasSubstr("name both")));
  EXPECT_THAT(wrong([](redis::Options& o) {
                o.unix_socket = "s";
                o.addresses = {{"a", 1}};
              }),
              Optional(HasSubstr("exclude each other")));
}

TEST(Redirect, IsReadFromMovedAndAsk) {
  const auto moved = redis::redirect_from("MOVED 3999 10.0.0.2:6381", "asked");
  ASSERT_TRUE(moved);
  EXPECT_FALSE(moved->is_ask);
  EXPECT_EQ(to_string(moved->to), "10.0.0.2:6381");
  EXPECT_TRUE(redis::redirect_from("ASK 3999 ::1:6381", "asked")->is_ask);
  EXPECT_EQ(to_string(redis::redirect_from("ASK 3999 ::1:6381", "asked")->to), "[::1]:6381");
  EXPECT_EQ(to_string(redis::redirect_from("MOVED 3999 :6381", "asked")->to), "asked:6381");
  for (const char* other : {"", "MOVED", "MOVED 3999", "MOVED 3999 a:b", "MOVED 3999 a:0", "ERR MOVED 1 a:1"})
    EXPECT_FALSE(redis::redirect_from(other, "asked")) << other;
}

redis::Reply text(std::string value) { return {.kind = redis::Reply::Kind::kText, .text = std::move(value)}; }
redis::Reply number(std::int64_t value) { return {.kind = redis::Reply::Kind::kInteger, .text = "", .integer = value}; }
redis::Reply array(std::vector<redis::Reply> elements) {
  return {.kind = redis::Reply::Kind::kArray, .text = "", .integer = 0, .elements = std::move(elements)};
}

TEST(ClusterView, KnowsAllNodesAndWhoHasTheSlot) {
  const redis::Reply slots = array({array({number(0), number(99), array({text("a"), number(1), text("id-a")})}),
                                    array({number(100), number(200), array({text(""), number(2), text("id-b")}),
                                           array({text("c"), number(3), text("id-c")}), array({text("?"), number(4)})}),
                                    array({number(300)}), text("nonsense")});
  const redis::ClusterView view = redis::cluster_view_from(slots, 150, "asked");
  EXPECT_EQ(view.nodes, (std::vector<redis::Address>{{"a", 1}, {"asked", 2}, {"c", 3}}));
  EXPECT_EQ(view.owner, (redis::Address{"asked", 2})) << "a node that does not know its own address is the one asked";
  EXPECT_EQ(view.owner_id, "id-b");
  EXPECT_EQ(redis::cluster_view_from(slots, 250, "asked").owner, std::nullopt);
}

TEST(Trouble, IsToldOnceForEachKindAndOnceWhenItIsOver) {
  redis::Trouble trouble;
  const redis::CommandError away{redis::Fault::kAway, "", ""}, silent{redis::Fault::kTimedOut, "", ""},
      loading{redis::Fault::kRefused, "LOADING", ""};
  EXPECT_EQ(trouble.over(Milliseconds(0)), std::nullopt);
  EXPECT_TRUE(trouble.is_news(away, Milliseconds(1000)));
  EXPECT_FALSE(trouble.is_news(silent, Milliseconds(2000)));
  EXPECT_TRUE(trouble.is_news(loading, Milliseconds(3000)));
  EXPECT_FALSE(trouble.is_news(away, Milliseconds(4000)));
  EXPECT_FALSE(trouble.is_news(loading, Milliseconds(5000)));
  EXPECT_EQ(trouble.over(Milliseconds(6000)), Milliseconds(5000));
  EXPECT_EQ(trouble.over(Milliseconds(7000)), std::nullopt);
  EXPECT_TRUE(trouble.is_news(away, Milliseconds(8000)));
}

TEST(RedisErrors, OfSeveralServersBecomeOneThatNamesEach) {
  const redis::CommandError away = cannot_connect({.address = {"a", 1}}, "Connection refused");
  const redis::CommandError wrong = refused({.address = {"b", 2}}, "WRONGPASS invalid username-password pair");
  EXPECT_EQ(none_of({away}).message, away.message);
  const redis::CommandError both = none_of({away, wrong, away});
  EXPECT_EQ(both.code, "WRONGPASS") << "what an operator must cure counts more than what may come back by itself";
  EXPECT_EQ(both.message, "no master of Redis was found | " + away.message + " | " + wrong.message);
}

}  // namespace
}  // namespace hotspot::redis
