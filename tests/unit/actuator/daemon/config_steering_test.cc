// Windows of time and lists of clusters in hotspotd.yaml, and what is said about mistakes in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/daemon/config.h"
#include "actuator/daemon/config_windows.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string steering_problems(const std::string& text) {
  const rules::SourceFile file{"hotspotd.yaml", text};
  return rules::format(check_config(file).diagnostics, {file});
}

TEST(ConfigWindows, AreRead) {
  const std::string text = R"(timezone: Europe/Berlin
foreign_rest: 10m
windows:
  allow:
  - {days: mon-fri, from: 22:00, to: 06:00, actions: [migrate, shrink]}
  - {days: [sat, sun], actions: migrate, timezone: America/New_York, rules: [NodeCpuHot]}
  deny:
  - {days: fri-mon, from: 12:00, to: 24:00}
)";
  const auto checked = check_config({"x", text});
  ASSERT_TRUE(checked.config) << steering_problems(text);
  EXPECT_EQ(checked.config->foreign_rest, std::chrono::minutes(10));
  const auto& allow = checked.config->windows.allow;
  ASSERT_EQ(allow.size(), 2u);
  EXPECT_THAT(allow[0].days, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(allow[0].from_minute, 22 * 60);
  EXPECT_EQ(allow[0].to_minute, 6 * 60);
  EXPECT_THAT(allow[0].actions, ElementsAre(plan::ActionKind::kMigrate, plan::ActionKind::kShrink));
  EXPECT_EQ(allow[0].zone->name, "Europe/Berlin");
  EXPECT_THAT(allow[1].days, ElementsAre(6, 0));
  EXPECT_EQ(allow[1].to_minute - allow[1].from_minute, 24 * 60) << "whole days";
  EXPECT_EQ(allow[1].zone->name, "America/New_York");
  EXPECT_THAT(allow[1].rules, ElementsAre("NodeCpuHot"));
  ASSERT_EQ(checked.config->windows.deny.size(), 1u);
  EXPECT_THAT(checked.config->windows.deny[0].days, ElementsAre(5, 6, 0, 1));
  EXPECT_THAT(checked.config->windows.deny[0].actions, IsEmpty());
}

TEST(ConfigWindows, KnowWhenTheClocksOfAPlaceChange) {
  const auto checked = check_config({"x", "windows: {allow: [{from: 22:00, to: 06:00, timezone: Europe/Berlin}]}"});
  ASSERT_TRUE(checked.config);
  const auto& zone = *checked.config->windows.allow.at(0).zone;
  constexpr WallTime kChange = from_unix_ms(1'792'890'000'000);  // 2026-10-25 01:00 UTC
  EXPECT_EQ(model::clock_text(kChange - Milliseconds(1), kChange - Milliseconds(1), zone), "02:59 CEST");
  EXPECT_EQ(model::clock_text(kChange, kChange, zone), "02:00 CET");
}

TEST(ConfigWindows, AreRefusedWithAPlaceAndWithWhatWouldBeRight) {
  const auto said = [](const std::string& window) {
    return steering_problems("windows:\n  allow:\n  - " + window + "\n");
  };
  EXPECT_THAT(said("{days: monday}"),
              HasSubstr("hotspotd.yaml:3:12: error: 'days': 'monday' is not a day; write mon, tue, wed"));
  EXPECT_THAT(said("{from: 22, to: 06:00}"),
              HasSubstr("hotspotd.yaml:3:12: error: 'from': '22' is not a time of day; write for instance 22:00"));
  EXPECT_THAT(said("{from: 25:00, to: 06:00}"), HasSubstr("'25:00' is not a time of day"));
  EXPECT_THAT(said("{from: 22:00}"), HasSubstr("3:5: error: a window needs both 'from' and 'to'"));
  EXPECT_THAT(said("{from: 22:00, to: 22:00}"), HasSubstr("a window that ends when it begins is empty"));
  EXPECT_THAT(
      said("{actions: [migrate, scale]}"),
      HasSubstr("3:25: error: 'actions': 'scale' is not a kind of action; write migrate, grow, shrink or tune"));
  EXPECT_THAT(said("{timezone: Berlin}"), HasSubstr("3:16: error: 'timezone': 'Berlin' is not a time zone"));
  EXPECT_THAT(said("{day: mon}"), HasSubstr("3:6: error: unknown key 'day' in a window"));
  EXPECT_THAT(steering_problems("windows: {allow: {days: mon}}"),
              HasSubstr("1:18: error: 'allow' must be a list of windows"));
  EXPECT_THAT(steering_problems("windows: {alow: []}"), HasSubstr("1:11: error: unknown key 'alow' in 'windows'"));
}

TEST(ConfigWindows, ThatSayNothingAreNotTakenForAlways) {
  EXPECT_THAT(steering_problems("windows:\n  deny: [~]\n"), HasSubstr("2:10: error: a window must say something"));
  EXPECT_THAT(steering_problems("windows:\n  deny:\n  - {days: [], from: 01:00, to: 02:00}\n"),
              HasSubstr("3:12: error: 'days' names none; leave it out for all of them"));
  EXPECT_THAT(steering_problems("windows: {deny: [{actions: []}]}\n"), HasSubstr("1:28: error: 'actions' names none"));
  EXPECT_THAT(steering_problems("windows: {deny: [{rules: [~]}]}\n"), HasSubstr("1:27: error: 'rules' must be names"));
}

TEST(ConfigWindows, ForARuleThatNoClusterHasAreToldWithTheNearestName) {
  const rules::SourceFile file{"hotspotd.yaml",
                               "windows:\n  allow:\n  - {rules: [NodeCpuHott, Other], from: 22:00, to: "
                               "06:00}\n"};
  const auto checked = check_config(file);
  ASSERT_TRUE(checked.config) << rules::format(checked.diagnostics, {file});
  rules::RuleSet one, other;
  one.rules.emplace_back().name = "NodeCpuHot";
  other.rules.emplace_back().name = "Other";
  const auto& named = checked.config->window_rules;
  const auto unknown = unknown_window_rules(named, {&one, &other}, rules::Severity::kError);
  EXPECT_EQ(rules::format(unknown, {}),
            "hotspotd.yaml:3:14: error: no rule is called 'NodeCpuHott': this window does not bind what it means to "
            "bind, did you mean 'NodeCpuHot'?\n1 error\n");
  EXPECT_EQ(unknown_window_rules(named, {&one}, rules::Severity::kError).size(), 2u);
}

TEST(ConfigClusters, HaveAllOfTheTopLevelButWhatIsTheirOwn) {
  const std::string text = R"(mode: enforce
rules: /etc/hotspot/rules.d
redis: {host: redis1, user: hotspot-actuator, password_file: /etc/hotspot/password}
clusters:
- rack1
- name: rack2
  mode: observe
  redis: {host: redis2}
- {name: rack3, rules: /etc/hotspot/rack3.d, redis: {timeout: 5s}}
)";
  const auto checked = check_config({"x", text});
  ASSERT_EQ(checked.clusters.size(), 3u) << steering_problems(text);
  EXPECT_EQ(checked.clusters[0].cluster, "rack1");
  EXPECT_EQ(checked.clusters[0].mode, rules::Mode::kEnforce);
  EXPECT_EQ(checked.clusters[1].mode, rules::Mode::kObserve);
  EXPECT_EQ(checked.clusters[1].redis.host, "redis2");
  EXPECT_EQ(checked.clusters[1].redis.user, "hotspot-actuator");
  EXPECT_EQ(checked.clusters[2].redis.host, "redis1");
  EXPECT_EQ(checked.clusters[2].redis.command_timeout, Milliseconds(5000));
  EXPECT_EQ(checked.clusters[2].rules_path, "/etc/hotspot/rack3.d");
  EXPECT_EQ(checked.config->cluster, "rack1");
}

TEST(ConfigClusters, AreOneWithoutAList) {
  EXPECT_EQ(check_config({"x", "cluster: rack7"}).clusters.at(0).cluster, "rack7");
}

TEST(ConfigClusters, AreRefusedWithAPlace) {
  EXPECT_THAT(steering_problems("cluster: a\nclusters: [b]\n"),
              HasSubstr("hotspotd.yaml:2:11: error: 'cluster' and 'clusters' exclude each other"));
  EXPECT_THAT(steering_problems("clusters: [b, b]\n"), HasSubstr("1:15: error: cluster 'b' is there twice"));
  EXPECT_THAT(steering_problems("clusters: []\n"), HasSubstr("1:11: error: 'clusters' must be a list"));
  EXPECT_THAT(steering_problems("clusters: [{mode: observe}]\n"), HasSubstr("1:12: error: a cluster needs a 'name'"));
  EXPECT_THAT(steering_problems("clusters: [{name: a, mdoe: observe}]\n"),
              HasSubstr("1:22: error: unknown key 'mdoe'"));
  EXPECT_THAT(steering_problems("clusters:\n- name: a\n  redis: {hots: x}\n"),
              HasSubstr("3:11: error: unknown key 'hots'"));
}

}  // namespace
}  // namespace hotspot::daemon
