#include "actuator/daemon/config.h"

#include <gtest/gtest.h>

#include "actuator/daemon/rule_files.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {
namespace {

std::string problems(const std::string& text) {
  const rules::SourceFile file{"hotspotd.yaml", text};
  return rules::format(check_config(file).diagnostics, {file});
}

TEST(Config, MayBeEmpty) {
  const auto checked = check_config({"hotspotd.yaml", ""});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->mode, rules::Mode::kRecommend) << "acting is off until it is asked for";
}

TEST(Config, ThatShipsSaysTheDefaults) {
  const auto file = read_file(HOTSPOT_SOURCE_DIR "/packaging/hotspotd.yaml");
  ASSERT_TRUE(file) << file.error().message;
  const auto checked = check_config(*file);
  ASSERT_TRUE(checked.config) << rules::format(checked.diagnostics, {*file});
  const Config defaults;
  EXPECT_EQ(checked.config->freshness, defaults.freshness);
  EXPECT_EQ(checked.config->margins, defaults.margins);
  EXPECT_EQ(checked.config->limits, defaults.limits);
  EXPECT_EQ(checked.config->redis, defaults.redis);
  EXPECT_EQ(checked.config->verify_limit, defaults.verify_limit);
  EXPECT_EQ(checked.config->migration.max_downtime_ms, defaults.migration.max_downtime_ms);
}

TEST(Config, ReadsUnits) {
  const auto checked = check_config({"x",
                                     "margins: {node_cpu_ceiling: 75%}\nlimits: {cooldown_cap: 1h30m}\n"
                                     "migration: {bandwidth: 100MiB/s}\n"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->margins.node_cpu_ceiling_ratio, 0.75);
  EXPECT_EQ(checked.config->limits.cooldown_cap, std::chrono::minutes(90));
  EXPECT_EQ(checked.config->migration.bandwidth_bytes_per_second, 100 * kMebibyte);
}

TEST(Config, ReadsHowLongARecommendationStands) {
  const auto checked = check_config({"x", "limits: {standing_margin: 25%, standing_rounds: 5}\n"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->limits.standing, (plan::Standing{.margin_ratio = 0.25, .rounds = 5}));
  const std::string text = problems("limits:\n  standing_margin: 10\n  standing_rounds: 0\n");
  EXPECT_NE(text.find("hotspotd.yaml:2:20: error: 'standing_margin': '10' is not between 0% and 100%"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("hotspotd.yaml:3:20: error: 'standing_rounds': '0' is not a whole number from 1 to 1000"),
            std::string::npos)
      << text;
}

TEST(Config, ReadsHowReliefIsMeasured) {
  const auto checked = check_config({"x", "relief: {settle: 3m, least_gain: 10%}\n"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->relief, (loop::ReliefOptions{.settle = std::chrono::minutes(3), .least_gain = 0.1}));
  EXPECT_NE(problems("relief: {least_gain: 5}\n").find("'least_gain': '5' is not between 0% and 100%"),
            std::string::npos);
}

TEST(Config, ReadsHowLongRecommendationsWait) {
  const auto checked = check_config({"x", "recommendations: {expire: 1h, refused: 3d}\n"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->recommendations,
            (loop::RecommendationOptions{.expire = std::chrono::hours(1), .refused = std::chrono::hours(72)}));
  EXPECT_NE(problems("recommendations: {expires: 1h}\n").find("expire"), std::string::npos);
}

TEST(Config, ReadsWhatAMigrationMayUse) {
  const auto checked = check_config(
      {"x", "migration: {connections: 4, post_copy: true, tls: true, auto_converge: false, max_downtime: 500ms}\n"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->migration,
            (plan::MigrationSettings{
                .max_downtime_ms = 500, .auto_converge = false, .connections = 4, .post_copy = true, .tls = true}));
}

TEST(Config, RefusesATunnelTogetherWithWhatDoesNotGoThroughIt) {
  for (const char* other : {"tls: true", "post_copy: true", "connections: 2"}) {
    const std::string text = problems(std::string("cluster: a\nmigration: {tunnelled: true, ") + other + "}\n");
    EXPECT_NE(text.find("hotspotd.yaml:2:12: error: 'tunnelled' and '"), std::string::npos) << text;
  }
  EXPECT_TRUE(check_config({"x", "migration: {tunnelled: true}\n"}).config);
  EXPECT_NE(problems("migration: {tunnelled: true, storage: copy}\n").find("'tunnelled' and 'storage'"),
            std::string::npos);
}

TEST(Config, TakesWhatIsDoneAboutDisksThatOnlyOneNodeHas) {
  const auto config =
      check_config({"x", "migration: {storage: policy, storage_max: 200GiB, shared_paths: [/srv, /mnt/fuse]}\n"})
          .config;
  ASSERT_TRUE(config);
  EXPECT_EQ(config->migration.storage, plan::LocalStorage::kByPolicy);
  EXPECT_EQ(config->migration.storage_max_bytes, 200 * kGibibyte);
  EXPECT_EQ(config->migration.shared_paths, (std::vector<std::string>{"/srv", "/mnt/fuse"}));
  EXPECT_NE(problems("migration: {storage: maybe}\n").find("'maybe' is none; write refuse, policy"), std::string::npos);
  EXPECT_NE(problems("migration: {shared_paths: [srv]}\n").find("it begins with '/'"), std::string::npos);
  EXPECT_NE(problems("migration: {shared_paths: /}\n").find("the nodes share everything"), std::string::npos);
}

TEST(Config, ShowsAMistypedKeyWithItsPlaceAndASuggestion) {
  const std::string text = problems("cluster: a\nredis:\n  prot: 6379\n");
  EXPECT_NE(text.find("hotspotd.yaml:3:3: error: unknown key 'prot' in 'redis', did you mean 'port'?"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  prot: 6379\n"), std::string::npos) << text;
}

TEST(Config, ShowsAllErrorsAtOnce) {
  const std::string text = problems("mode: enforced\nlease: 30\nmargins: {node_memory: 120%}\nredis: {port: 70000}\n");
  EXPECT_NE(text.find("'enforced' is not a mode"), std::string::npos) << text;
  EXPECT_NE(text.find("'30' has no unit; write for instance 30s"), std::string::npos) << text;
  EXPECT_NE(text.find("'120%' is not between 0% and 100%"), std::string::npos) << text;
  EXPECT_NE(text.find("'70000' is not a whole number from 1 to 65535"), std::string::npos) << text;
}

TEST(Config, RefusesTlsWithTheReason) {
  if (redis::tls_is_built_in()) GTEST_SKIP() << "built with hiredis 1.0 or later";
  EXPECT_NE(problems("redis: {tls: true}\n").find("TLS needs hiredis 1.0"), std::string::npos);
}

TEST(Config, ReadsWhereTheSentinelsAre) {
  const auto checked = check_config({"x",
                                     "redis:\n  addresses: [s1.example, '[::1]:26380']\n  sentinel: hotspot\n"
                                     "  sentinel_user: watcher\n  sentinel_password_file: /etc/s\n  timeout: 500ms\n"});
  ASSERT_TRUE(checked.config) << rules::format(checked.diagnostics, {});
  const redis::Options& redis = checked.config->redis;
  EXPECT_EQ(redis.addresses, (std::vector<redis::Address>{{"s1.example", 26379}, {"::1", 26380}}));
  EXPECT_EQ(redis.sentinel.master, "hotspot");
  EXPECT_EQ(redis.sentinel.password_file, "/etc/s");
  EXPECT_EQ(redis.connect_timeout, Milliseconds(500));
}

TEST(Config, TakesOneAddressWithoutBrackets) {
  const auto checked = check_config({"x", "redis: {addresses: node1}\n"});
  ASSERT_TRUE(checked.config);
  EXPECT_EQ(checked.config->redis.addresses, (std::vector<redis::Address>{{"node1", 6379}}));
}

TEST(Config, ShowsAnAddressThatIsWrongWithItsPlace) {
  const std::string text = problems("redis:\n  addresses:\n  - a:6379\n  - b:many\n");
  EXPECT_NE(text.find("hotspotd.yaml:4:5: error: 'addresses': 'b:many' is not HOST:PORT"), std::string::npos) << text;
  EXPECT_NE(problems("redis: {host: [a, b]}\n").find("'host' must be one value"), std::string::npos);
}

TEST(Config, RefusesARedisThatCannotBeMeant) {
  EXPECT_NE(problems("redis: {sentinel: m}\n").find("Sentinel 'm' needs the addresses of the sentinels"),
            std::string::npos);
}

TEST(Config, RefusesAClusterThatIsNoName) {
  EXPECT_NE(problems("cluster: 'a b'\n").find("is not a name for a cluster"), std::string::npos);
}

TEST(Config, TakesWhatTemplatesSeeOfTheOutsideAndEachClusterMayHaveItsOwnLabels) {
  const auto checked = check_config({"x",
                                     "external_labels: {site: north, row: }\nexternal_url: https://h.example.net/vm//\n"
                                     "clusters: [one, {name: two, external_labels: {site: south}}]\n"});
  ASSERT_EQ(checked.clusters.size(), 2u) << rules::format(checked.diagnostics, {});
  using Labels = std::map<std::string, std::string>;
  EXPECT_EQ(checked.clusters[0].external_labels, (Labels{{"site", "north"}, {"row", ""}}));
  EXPECT_EQ(checked.clusters[1].external_labels, (Labels{{"site", "south"}}));
  EXPECT_EQ(checked.clusters[1].external_url, "https://h.example.net/vm") << "without the slashes at its end";
}

TEST(Config, RefusesExternalLabelsAndAnExternalUrlThatCannotBeMeant) {
  const auto refuses = [](const std::string& text, const std::string& why) {
    const std::string said = problems(text);
    EXPECT_NE(said.find(why), std::string::npos) << text << said;
  };
  refuses("external_labels: north\n", "'external_labels' must be a mapping of label names to texts");
  refuses("external_labels: {the-site: north}\n", "'the-site' is no name of a label");
  refuses("external_labels: {site: north, site: south}\n", "label 'site' is there twice");
  refuses("external_labels: {site: [north]}\n", "label 'site' must be one text");
  refuses("external_url: h.example.net\n", "'h.example.net' is no whole URL");
  refuses("external_url: 'https://:80/'\n", "is no whole URL");
  refuses("external_url: 'https://me:secret@h.example.net/'\n", "there must be no user or password in it");
  refuses("external_url: 'https://h.example.net/?a=b'\n", "must end with its path");
  refuses("external_url: 'https://h.example.net/a b'\n", "has characters that a URL writes as %XX");
}

TEST(Config, TakesTheAddressOfGraphitesEventsAndWritesNoneWithoutIt) {
  EXPECT_EQ(check_config({"x", "mode: observe\n"}).config->graphite.http.url, "") << "off by default";
  const auto checked = check_config({"x",
                                     "graphite:\n  events: https://graphite.example.net/events/\n  user: anna\n"
                                     "  password_file: /etc/hotspot/graphite.password\n  ca_file: /etc/ca.pem\n"
                                     "  escape: '-'\nclusters: [one, two]\n"});
  ASSERT_EQ(checked.clusters.size(), 2u) << rules::format(checked.diagnostics, {});
  for (const Config& config : checked.clusters) {
    EXPECT_EQ(config.graphite.http.url, "https://graphite.example.net/events/");
    EXPECT_EQ(config.graphite.http.user, "anna");
    EXPECT_EQ(config.graphite.password_file, "/etc/hotspot/graphite.password");
    EXPECT_EQ(config.graphite.http.ca_file, "/etc/ca.pem");
    EXPECT_EQ(config.graphite.escape, '-');
  }
}

TEST(Config, RefusesAGraphiteThatCannotBeMeant) {
  const auto refuses = [](const std::string& text, const std::string& why) {
    const std::string said = problems("mode: observe\ngraphite: " + text + "\n");
    EXPECT_NE(said.find(why), std::string::npos) << text << "\n" << said;
    EXPECT_NE(said.find("hotspotd.yaml:2:"), std::string::npos) << said;
  };
  refuses("{events: graphite.example.net}",
          "is no whole URL; write for instance http://graphite.example.net:8080/events/");
  refuses("{events: 'ftp://graphite.example.net/events/'}", "is no whole URL");
  refuses("{events: 'http://graphite.example.net/'}", "must end with /events/");
  refuses("{events: 'http://me:secret@graphite.example.net/events/'}", "there must be no user or password in it");
  refuses("{events: 'http://graphite.example.net/events/?a=/events/'}", "must end with its path");
  refuses("{event: 'http://graphite.example.net/events/'}", "did you mean 'events'");
  refuses("{user: anna, password_file: /p}", "'graphite' has no 'events'");
  refuses("{events: 'http://g/events/', user: anna}", "'user' and 'password_file' of 'graphite' go together");
  refuses("{events: 'http://g/events/', ca_file: /ca}", "'ca_file' of 'graphite' is for https");
  refuses("{events: 'http://g/events/', escape: ''}", "is not one character");
  refuses("{events: 'http://g/events/', escape: ','}", "is not one character");
}

TEST(Config, TakesHistoryAsATimeOrAsASection) {
  const auto time = check_config({"x", "history: 5m\n"});
  ASSERT_TRUE(time.config);
  EXPECT_EQ(time.config->history.snapshots, Milliseconds(300'000));
  EXPECT_FALSE(time.config->history.has_rrd());
  const auto section = check_config({"x",
                                     "history:\n  snapshots: 2m\n  rrd: [/var/lib/collectd/rrd, h2=/srv/h2]\n"
                                     "  rrdcached: unix:/run/rrdcached.sock\n  limit: 10s\n"});
  ASSERT_TRUE(section.config) << rules::format(section.diagnostics, {});
  EXPECT_EQ(section.config->history.snapshots, Milliseconds(120'000));
  EXPECT_EQ(section.config->history.rrd, (std::vector<std::string>{"/var/lib/collectd/rrd", "h2=/srv/h2"}));
  EXPECT_EQ(section.config->history_limit, Milliseconds(10'000));
}

TEST(Config, RefusesAnRrdcachedOfThisMachineWithoutItsFolder) {
  EXPECT_NE(problems("history: {rrdcached: 'unix:/run/rrdcached.sock'}\n").find("needs 'rrd' too"), std::string::npos);
  EXPECT_NE(problems("history: {rdr: /x}\n").find("did you mean 'rrd'"), std::string::npos);
  EXPECT_NE(problems("history: {rrd: h1=}\n").find("names no folder"), std::string::npos);
}

TEST(Config, ThatIsNotYamlIsRefusedWithItsPlace) {
  EXPECT_NE(problems("cluster: [\n").find("not YAML"), std::string::npos);
}

}  // namespace
}  // namespace hotspot::daemon
