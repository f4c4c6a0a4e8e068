// What <Redis> says in <Plugin hotspot>.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collectd-plugin/config_items.h"

namespace hotspot::collector {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(PluginConfig, ReadsTheRedisBlock) {
  const CheckedConfig checked = check({block(
      "Redis", {item("Host", text("redis.example")), item("Port", 6380.0), item("Socket", text("/run/redis.sock")),
                item("User", text("collector")), item("PasswordFile", text("/etc/hotspot/password")),
                item("Timeout", 0.25), item("MaxAge", 120.0), item("Backlog", 5.0)})});
  EXPECT_THAT(checked.errors, IsEmpty());
  const RedisConfig& redis = checked.config.redis;
  EXPECT_EQ(redis.server.host, "redis.example");
  EXPECT_EQ(redis.server.port, 6380);
  EXPECT_EQ(redis.server.unix_socket, "/run/redis.sock");
  EXPECT_EQ(redis.server.user, "collector");
  EXPECT_EQ(redis.server.password_file, "/etc/hotspot/password");
  EXPECT_EQ(redis.timeout_seconds, 0.25);
  EXPECT_EQ(redis.max_age_seconds, 120);
  EXPECT_EQ(redis.backlog, 5);
}

TEST(PluginConfig, RefusesAKeyOfTheRedisBlockOutsideOfIt) {
  EXPECT_THAT(check({item("PasswordFile", text("x"))}).errors,
              ElementsAre(HasSubstr("unknown key 'PasswordFile' in <Plugin hotspot>")));
}

TEST(PluginConfig, SaysWhatWasMeantByAPasswordAndNeverThePassword) {
  const auto in_redis = check({block("Redis", {item("Password", text("s3cret"))})}).errors;
  EXPECT_THAT(in_redis, ElementsAre("hotspot plugin: unknown key 'Password' in <Redis>, did you mean 'PasswordFile'?"));
  EXPECT_THAT(check({item("Password", text("s3cret"))}).errors,
              ElementsAre(AllOf(HasSubstr("which PasswordFile in <Redis> names"), Not(HasSubstr("s3cret")))));
}

TEST(PluginConfig, RefusesAHostThatIsNone) {
  EXPECT_THAT(check({block("Redis", {item("Host", text("redis:6380"))})}).errors,
              ElementsAre(HasSubstr("has a port: that stands in Port")));
  EXPECT_THAT(check({block("Redis", {item("Host", text(""))})}).errors, ElementsAre(HasSubstr("is no name of a host")));
  EXPECT_THAT(check({block("Redis", {item("Host", text("::1"))})}).errors, IsEmpty());
}

TEST(PluginConfig, RefusesTlsWithTheReasonAndAWayOut) {
  const CheckedConfig checked = check({block("Redis", {item("TLS", true)})});
  if (redis::tls_is_built_in())
    EXPECT_THAT(checked.errors, IsEmpty());
  else
    EXPECT_THAT(checked.errors, ElementsAre(AllOf(StartsWith("hotspot plugin: <Redis>: TLS needs hiredis 1.0 or later"),
                                                  HasSubstr("stunnel"))));
  EXPECT_THAT(check({block("Redis", {item("TLS", false)})}).errors, IsEmpty());
  EXPECT_THAT(check({block("Redis", {item("TLS", text("perhaps"))})}).errors,
              ElementsAre(HasSubstr("takes true or false")));
}

TEST(PluginConfig, ReadsWhereTheSentinelsAre) {
  const CheckedConfig checked =
      check({block("Redis", {item("Address", text("s1.example")), item("Address", text("[::1]:26380")),
                             item("Sentinel", text("hotspot")), item("SentinelUser", text("watcher")),
                             item("SentinelPasswordFile", text("/etc/s")), item("BacklogBytes", 2'000'000.0)})});
  EXPECT_THAT(checked.errors, IsEmpty());
  const redis::Options& server = checked.config.redis.server;
  EXPECT_EQ(server.addresses, (std::vector<redis::Address>{{"s1.example", 26379}, {"::1", 26380}}));
  EXPECT_EQ(server.sentinel.master, "hotspot");
  EXPECT_EQ(server.sentinel.user, "watcher");
  EXPECT_EQ(server.sentinel.password_file, "/etc/s");
  EXPECT_EQ(checked.config.redis.backlog_bytes, 2'000'000);
}

TEST(PluginConfig, GivesAddressesTheUsualPortOfRedis) {
  const CheckedConfig checked = check({block("Redis", {item("Address", text("node1"))})});
  EXPECT_EQ(checked.config.redis.server.addresses.at(0).port, 6379);
}

TEST(PluginConfig, RefusesARedisThatCannotBeMeant) {
  EXPECT_THAT(check({block("Redis", {item("Sentinel", text("m"))})}).errors,
              ElementsAre(HasSubstr("<Redis>: Sentinel 'm' needs the addresses of the sentinels")));
  EXPECT_THAT(check({block("Redis", {item("Address", text("a:0"))})}).errors,
              ElementsAre(HasSubstr("Address in <Redis>: 'a:0' is not HOST:PORT")));
}

}  // namespace
}  // namespace hotspot::collector
