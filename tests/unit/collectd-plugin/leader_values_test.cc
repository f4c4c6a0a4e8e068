// The leader's numbers as collectd's values, and its news as notifications.
#include "collectd-plugin/dispatch/leader_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "collectd-plugin/dispatch/leader_notice.h"
#include "telemetry/published_metrics.h"

namespace hotspot::collector {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;

constexpr WallTime kLeaderNow = from_unix_ms(1'700'000'002'500);

telemetry::Published leader_record() {
  telemetry::Published made;
  made.head = {.cluster = "test", .at = from_unix_ms(1'700'000'000'000), .sequence = 1, .writer = "u", .news = 0};
  return made;
}

double number_of(const Value& value) {
  const auto* gauge = std::get_if<double>(&value);
  return gauge != nullptr ? *gauge : static_cast<double>(std::get<std::int64_t>(value));
}

// By what stands below the host in the path.
std::map<std::string, double> stored(const std::vector<ValueList>& lists) {
  std::map<std::string, double> all;
  for (const ValueList& list : lists) {
    EXPECT_EQ(list.host, "hotspot");
    EXPECT_EQ(list.interval_seconds, 60);
    EXPECT_EQ(list.values.size(), 1u);
    EXPECT_EQ(std::holds_alternative<std::int64_t>(list.values[0]), list.type == "derive") << list.type_instance;
    all[list.plugin + "-" + list.plugin_instance + "/" + list.type + "-" + list.type_instance] =
        number_of(list.values[0]);
  }
  return all;
}

class LeaderValuesTest : public ::testing::Test {
 protected:
  std::map<std::string, double> values(const telemetry::Published& from) {
    return stored(values_.of(from, kLeaderNow));
  }
  LeaderValues values_{"test", 1};
};

TEST_F(LeaderValuesTest, TellsThatThereIsALeaderAndHowItFares) {
  auto record = leader_record();
  record.metrics = {{"nodes_fresh", 3}, {"evaluation", 0.0125}, {"ticks", 77}};
  record.decisions = {{"act", 2}, {"other", 9}};
  const auto all = values(record);
  EXPECT_EQ(all.at("actuator-test/gauge-leader"), 1);
  EXPECT_EQ(all.at("actuator-test/duration-leader_age"), 2.5);
  EXPECT_EQ(all.at("actuator-test/gauge-nodes_fresh"), 3);
  EXPECT_EQ(all.at("actuator-test/duration-evaluation"), 0.0125);
  EXPECT_EQ(all.at("actuator-test/derive-ticks"), 77);
  EXPECT_EQ(all.at("actuator-test/derive-decisions_act"), 2);
  EXPECT_THAT(all, Not(Contains(Key("actuator-test/derive-decisions_other"))));
}

TEST_F(LeaderValuesTest, CountsActionsByKindAndRuleAndTheirTimesByKind) {
  auto record = leader_record();
  telemetry::ActionCounts moves{.kind = "migrate", .rule = "NodeCpuHot", .begun = 3, .done = 2, .failed = 1};
  moves.duration.add(12);
  moves.downtime.add(0.06);
  moves.prediction.add(1.05);
  telemetry::ActionCounts others{.kind = "migrate", .rule = "Other"};
  others.duration.add(13);
  record.actions = {moves, others, {.kind = "set_vcpus", .rule = "DomainCpuHot"}};
  const auto all = values(record);
  EXPECT_EQ(all.at("actions-test/derive-migrate_begun@NodeCpuHot"), 3);
  EXPECT_EQ(all.at("actions-test/derive-migrate_failed@NodeCpuHot"), 1);
  EXPECT_EQ(all.at("actions-test/derive-migrate_begun@Other"), 0);
  EXPECT_EQ(all.at("actions-test/derive-migrate_duration_ms_le_20000"), 2);
  EXPECT_EQ(all.at("actions-test/derive-migrate_duration_ms_le_inf"), 0) << "not cumulative";
  EXPECT_EQ(all.at("actions-test/derive-migrate_downtime_ms_le_100"), 1);
  EXPECT_EQ(all.at("actions-test/derive-migrate_prediction_percent_le_110"), 1);
  EXPECT_EQ(all.at("actions-test/derive-set_vcpus_duration_ms_le_1000"), 0) << "from the first minute on";
  EXPECT_THAT(all, Not(Contains(Key("actions-test/derive-set_vcpus_downtime_ms_le_100"))));
}

TEST_F(LeaderValuesTest, ALimitStandsInTheUnitOfItsCurve) {
  auto record = leader_record();
  record.limits = {{.rule = "Hot", .metric = "node_cpu_ratio", .comparison = ">", .number = 0.9},
                   {.rule = "Web", .metric = "domain_cpu_ratio", .comparison = ">", .number = 0.8},
                   {.rule = "Slow", .metric = "domain_block_read_latency_seconds", .comparison = ">", .number = 0.02}};
  const auto all = values(record);
  EXPECT_DOUBLE_EQ(all.at("limit-test/percent-cpu@Hot"), 90);
  EXPECT_DOUBLE_EQ(all.at("limit-test/percent-domain_cpu@Web"), 80);
  EXPECT_DOUBLE_EQ(all.at("limit-test/gauge-domain_block_read_latency_seconds@Slow"), 0.02);
}

TEST_F(LeaderValuesTest, ForgedNamesStayWithinAFolderAndEndSomewhere) {
  auto record = leader_record();
  for (int minute = 0; minute < 40; ++minute) {
    record.firing.clear();
    for (int i = 0; i < 250; ++i) record.firing["../../" + std::to_string(minute) + "/" + std::to_string(i)] = 1;
    for (const ValueList& list : values_.of(record, kLeaderNow)) {
      EXPECT_EQ(list.type_instance.find('/'), std::string::npos) << list.type_instance;
      EXPECT_LE(list.type_instance.size(), 127u);
    }
  }
  EXPECT_EQ(values_.left_out(), 40 * 250 - LeaderValues::kMostNamed);
}

TEST_F(LeaderValuesTest, OfTwoRulesWithOneNameForFilesTheFirstIsStoredSoThatNoCounterJumps) {
  auto record = leader_record();
  record.actions = {{.kind = "migrate", .rule = "a/b", .begun = 7}, {.kind = "migrate", .rule = "a_b", .begun = 2}};
  const auto lists = values_.of(record, kLeaderNow);
  EXPECT_EQ(std::count_if(lists.begin(), lists.end(),
                          [](const ValueList& one) { return one.type_instance == "migrate_begun@a_b"; }),
            1);
  EXPECT_EQ(stored(lists).at("actions-test/derive-migrate_begun@a_b"), 7);
  EXPECT_EQ(values_.left_out(), 5u);
  EXPECT_EQ(values(record).at("actions-test/derive-migrate_begun@a_b"), 7) << "at the next minute too";
}

TEST_F(LeaderValuesTest, CountersBeyondAllMeasureAreCutToWhatCollectdCanHold) {
  auto record = leader_record();
  record.metrics = {{"ticks", 1e300}, {"plans", -5}};
  record.decisions = {{"act", UINT64_MAX}};
  const auto all = values(record);
  EXPECT_EQ(all.at("actuator-test/derive-ticks"), 9e15);
  EXPECT_EQ(all.at("actuator-test/derive-plans"), 0);
  EXPECT_GT(all.at("actuator-test/derive-decisions_act"), 9e18);
}

TEST_F(LeaderValuesTest, WithoutALeaderThereIsAZero) {
  EXPECT_EQ(stored(values_.without_leader()), (std::map<std::string, double>{{"actuator-test/gauge-leader", 0}}));
}

TEST(LeaderNotice, HasThePlaceThatTheEndHasTooSoThatStatesAreFoundAgain) {
  telemetry::NewsItem begin{.number = 1,
                            .severity = telemetry::NewsSeverity::kWarning,
                            .kind = telemetry::NewsKind::kFiring,
                            .node = "u",
                            .domain = "web1",
                            .name = "DomainCpuHot",
                            .text = "rule DomainCpuHot fires on domain web1 on h1"};
  const Notice warning = leader_notice(begin);
  EXPECT_EQ(warning, (Notice{.severity = Severity::kWarning,
                             .message = "rule DomainCpuHot fires on domain web1 on h1",
                             .host = "",
                             .plugin = "hotspot",
                             .plugin_instance = "web1",
                             .type = "firing",
                             .type_instance = "DomainCpuHot"}));
  begin.severity = telemetry::NewsSeverity::kOkay;
  begin.text = "resolved";
  Notice okay = leader_notice(begin);
  EXPECT_EQ(okay.severity, Severity::kOkay);
  okay.severity = warning.severity;
  okay.message = warning.message;
  EXPECT_EQ(okay, warning);
}

TEST(LeaderNotice, OfANodesOwnActionHasNoInstanceOfADomain) {
  const Notice notice = leader_notice({.severity = telemetry::NewsSeverity::kFailure,
                                       .kind = telemetry::NewsKind::kAction,
                                       .name = "migrate",
                                       .text = "failed"});
  EXPECT_EQ(notice.plugin_instance, "");
  EXPECT_EQ(notice.type, "action");
  EXPECT_EQ(notice.type_instance, "migrate");
  EXPECT_EQ(notice.severity, Severity::kFailure);
}

}  // namespace
}  // namespace hotspot::collector
