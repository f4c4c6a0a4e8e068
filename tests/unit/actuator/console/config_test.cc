#include "actuator/console/config.h"

#include <gmock/gmock.h>

namespace hotspot::console {
namespace {

using ::testing::HasSubstr;

std::string errors_of(const std::string& yaml) {
  const rules::SourceFile file{"console.yaml", yaml};
  const CheckedConfig checked = check_config(file);
  return checked.config ? "" : rules::format(checked.diagnostics, {file});
}

TEST(ConsoleConfig, WithoutAFileListensOnThisMachineOnly) {
  const Config config;
  EXPECT_EQ(redis::to_string(config.listen), "127.0.0.1:8400");
  EXPECT_EQ(problem_of(config), "");
  EXPECT_EQ(errors_of(""), "");
}

TEST(ConsoleConfig, ReadsAllKeys) {
  const CheckedConfig checked = check_config({"console.yaml", R"(cluster: rack7
listen: '[::1]:9000'
session: 8h
tls: {certificate_file: /a.pem, key_file: /a.key}
redis: {host: redis.example.net, user: hotspot-operator, password_file: /p, timeout: 1s}
limits: {connections: 2000, connections_of_an_address: 100, streams: 500}
)"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->cluster, "rack7");
  EXPECT_EQ(redis::to_string(checked.config->listen), "[::1]:9000");
  EXPECT_EQ(checked.config->session, std::chrono::hours(8));
  EXPECT_TRUE(checked.config->tls());
  EXPECT_EQ(checked.config->redis.host, "redis.example.net");
  EXPECT_EQ(checked.config->most_streams, 500u);
}

TEST(ConsoleConfig, RefusesAnAddressOfTheNetworkWithoutTls) {
  for (const char* address : {"0.0.0.0:8400", "192.0.2.1:8400", "'[::]:8400'"})
    EXPECT_THAT(errors_of(std::string("listen: ") + address), HasSubstr("needs 'tls'")) << address;
  EXPECT_EQ(errors_of("listen: 0.0.0.0:8400\ntls: {certificate_file: /a, key_file: /b}"), "");
  EXPECT_THAT(errors_of("tls: {certificate_file: /a}"), HasSubstr("key_file"));
}

TEST(ConsoleConfig, ShowsEveryErrorAtItsPlace) {
  const std::string errors = errors_of("lissten: x\nlisten: example.net:80\nsession: 1s\nlimits: {streams: 0}\n");
  for (const char* part : {"console.yaml:1:1", "did you mean 'listen'", "console.yaml:2:9", "not an address",
                           "between 1m and 31d", "console.yaml:4:"})
    EXPECT_THAT(errors, HasSubstr(part));
  EXPECT_THAT(errors_of("limits: {streams: 2000}"), HasSubstr("'streams' must be less"));
  EXPECT_THAT(errors_of("a: ["), HasSubstr("not YAML"));
}

}  // namespace
}  // namespace hotspot::console
