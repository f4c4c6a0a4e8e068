// TLS, where this was built with hiredis 1.0 or later; before that it is refused, which the configurations' tests show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "common/redis/connection.h"
#include "tests/support/redis_topology.h"

namespace hotspot::io {
namespace {

using hotspot::testing::free_port;
using hotspot::testing::RedisServer;
using ::testing::HasSubstr;

class RedisOverTls : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!redis::tls_is_built_in()) GTEST_SKIP() << "built with hiredis before 1.0";
    folder_ = server_.folder();
    sign("ca", "-x509 -subj /CN=hotspot-test-ca");
    sign("server", "-x509 -CA ca.crt -CAkey ca.key -subj /CN=redis -addext subjectAltName=DNS:redis.test,IP:127.0.0.1");
    sign("client", "-x509 -CA ca.crt -CAkey ca.key -subj /CN=collector");
    sign("stranger", "-x509 -subj /CN=stranger");
    tls_port_ = free_port();
    for (const auto& [key, file] :
         {std::pair{"tls-ca-cert-file", "ca.crt"}, {"tls-cert-file", "server.crt"}, {"tls-key-file", "server.key"}})
      line_.insert(line_.end(), {std::string("--") + key, folder_ + "/" + file});
    line_.insert(line_.end(), {"--tls-port", std::to_string(tls_port_), "--tls-auth-clients", "yes"});
    server_.stop();
    server_.set_arguments(line_);
    server_.start();
  }
  void sign(const std::string& name, const std::string& how) {
    const std::string command = "cd '" + folder_ + "' && openssl req -newkey rsa:2048 -nodes -days 2 -keyout " + name +
                                ".key -out " + name + ".crt " + how + " 2>>openssl.log";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  redis::Options options() const {
    redis::Options made;
    made.port = tls_port_;
    made.tls = {.on = true,
                .ca_file = folder_ + "/ca.crt",
                .certificate_file = folder_ + "/client.crt",
                .key_file = folder_ + "/client.key",
                .server_name = ""};
    return made;
  }
  static std::string problem(const redis::Options& options) {
    const auto connected = redis::Connection(options).connect();
    return connected ? "" : connected.error().message;
  }

  RedisServer server_;
  std::string folder_;
  std::vector<std::string> line_;
  int tls_port_ = 0;
};

TEST_F(RedisOverTls, CarriesSmallAndLargeThings) {
  redis::Connection connection(options());
  const auto connected = connection.connect();
  ASSERT_TRUE(connected) << connected.error().message;
  const std::string large(3u << 20, 'x');
  ASSERT_TRUE(connection.command({"SET", "k", large}));
  EXPECT_TRUE(connection.command({"GET", "k"})->text == large);
  EXPECT_TRUE(connection.connected()) << "tickets of TLS 1.3 are not the end";
  server_.stop();
  EXPECT_FALSE(connection.command({"PING"}));
}

TEST_F(RedisOverTls, AcceptsOnlyTheServerThatWasMeant) {
  redis::Options named = options();
  named.tls.server_name = "redis.test";
  EXPECT_EQ(problem(named), "");
  named.tls.server_name = "other.test";
  EXPECT_THAT(problem(named), HasSubstr("its certificate is not accepted"));
  EXPECT_THAT(problem(named), HasSubstr("(expected the name 'other.test')"));
  redis::Options distrusting = options();
  distrusting.tls.ca_file = folder_ + "/stranger.crt";
  EXPECT_THAT(problem(distrusting), HasSubstr("its certificate is not accepted"));
}

TEST_F(RedisOverTls, SaysWhichFileIsWrong) {
  redis::Options wrong = options();
  wrong.tls.ca_file = "/nonexistent/ca.crt";
  EXPECT_THAT(problem(wrong), HasSubstr("cannot speak TLS with Redis at"));
  EXPECT_THAT(problem(wrong), HasSubstr("the CA file /nonexistent/ca.crt cannot be read: No such file"));
  wrong = options();
  wrong.tls.key_file = folder_ + "/stranger.key";
  EXPECT_THAT(problem(wrong), HasSubstr("stranger.key does not belong to the certificate"));
}

TEST_F(RedisOverTls, IsNotSpokenToAPortWithoutIt) {
  redis::Options plain = options();
  plain.port = server_.port();
  plain.connect_timeout = Milliseconds(500);
  EXPECT_THAT(problem(plain), HasSubstr("TLS"));
}

}  // namespace
}  // namespace hotspot::io
