#include "actuator/rules/replay/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/replay/replay.h"
#include "tests/support/build_cluster.h"

namespace hotspot::rules {
namespace {

using hotspot::testing::domain;
using hotspot::testing::node;
using std::chrono::seconds;

WallTime then(int second) { return from_unix_ms(1'700'000'000'000) + seconds(second); }

std::shared_ptr<const RuleSet> set_of(const std::string& text) {
  const std::vector<SourceFile> files{{"a.yml", "groups:\n- name: g\n  rules:\n" + text}};
  const CheckedRules checked = check(files);
  EXPECT_TRUE(checked.ok()) << format(checked.diagnostics, files);
  return checked.rules;
}

telemetry::NodeSnapshot sample_of(const std::string& name, int second, double cpu) {
  telemetry::NodeSnapshot result = node(name).with(domain("vm-" + name).cpu(cpu));
  result.taken_at = then(second);
  result.interval_seconds = 10;
  result.sequence = static_cast<std::uint64_t>(second / 10 + 1);
  return result;
}

// The lanes of all that fired, a column for each ten seconds.
std::vector<Lane> lanes_of(const std::string& text, const std::vector<telemetry::NodeSnapshot>& snapshots) {
  const auto set = set_of(text);
  Replay replay(set);
  for (const auto& one : snapshots) replay.add(one);
  const ReplayResult result = replay.finish();
  LanesQuestion asked{.rules = set, .from = result.from, .to = result.to};
  asked.columns = static_cast<std::size_t>((result.to - result.from) / seconds(10)) + 1;
  for (const SubjectSum& sum : result.subjects) asked.wishes.push_back({sum.rule, sum.key});
  Lanes lanes(asked);
  for (const auto& one : snapshots) lanes.add(one);
  return lanes.finish();
}

// A letter a column: F fires, p is pending, . holds not, ' ' nothing is known.
std::string phases(const Lane& lane) {
  std::string text;
  for (const LaneColumn& column : lane.columns) {
    text += column.firing ? 'F' : column.pending ? 'p' : column.is_known ? '.' : ' ';
  }
  return text;
}

std::string values(const Lane& lane) {
  std::string text;
  for (const LaneColumn& column : lane.columns) {
    if (column.begins) text += '|';
    text += column.has_value ? std::to_string(std::lround(column.last * 10)) : "-";
  }
  return text;
}

std::vector<telemetry::NodeSnapshot> samples(const std::vector<double>& cpu) {
  std::vector<telemetry::NodeSnapshot> all;
  for (std::size_t i = 0; i < cpu.size(); ++i) {
    if (cpu[i] >= 0) all.push_back(sample_of("h1", static_cast<int>(i) * 10, cpu[i]));
  }
  return all;
}

const char* kHotFor20 = "  - {alert: Hot, expr: domain_cpu_ratio > 90%, for: 20s}\n";

TEST(Lanes, TheValueIsThereWhetherOrNotTheRuleHolds) {
  const auto lanes = lanes_of(kHotFor20, samples({0.2, 0.3, 0.95, 0.96, 0.97, 0.98, 0.3, 0.2}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(values(lanes[0]),
            "|2310101010"
            "32")
      << "in tenths";
  EXPECT_THAT(lanes[0].what.limits, ::testing::ElementsAre(ValueLimit{">", 0.9}));
}

TEST(Lanes, PendingAndFiringHoldFromOneSampleToTheNext) {
  const auto lanes = lanes_of(kHotFor20, samples({0.2, 0.3, 0.95, 0.96, 0.97, 0.98, 0.3, 0.2}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(phases(lanes[0]), "..ppFFF.");
}

TEST(Lanes, PendingThatDidNotFireIsThereToo) {
  const auto lanes = lanes_of(kHotFor20, samples({0.95, 0.2, 0.95, 0.96, 0.97, 0.2, 0.2, 0.95, 0.2}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(phases(lanes[0]), "ppppFF.pp") << "to the sample that does not hold";
}

TEST(Lanes, AGapInHistoryIsAGap) {
  const auto lanes =
      lanes_of("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n", samples({0.95, 0.2, -1, -1, -1, -1, -1, 0.3, 0.4}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(phases(lanes[0]), "FF     ..");
  EXPECT_EQ(values(lanes[0]), "|102-----|34");
}

TEST(Lanes, OneMissingSampleIsNoGap) {
  const auto lanes = lanes_of("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n", samples({0.95, 0.2, -1, 0.3}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(phases(lanes[0]), "FF..");
}

TEST(Lanes, WhereHistoryGrowsFinerThereIsNoGap) {
  auto all = samples({0.95, 0.2, 0.3, 0.4});
  all[0].taken_at = then(-110);
  all[1].taken_at = then(10);
  all[0].interval_seconds = all[1].interval_seconds = 120;
  const auto lanes = lanes_of("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n", all);
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(phases(lanes[0]), "FFFFFFFFFFFFF..");
}

TEST(Lanes, FollowADomainToItsNewNode) {
  std::vector<telemetry::NodeSnapshot> all;
  for (int i = 0; i < 4; ++i) {
    for (const char* name : {"h1", "h2"}) {
      telemetry::NodeSnapshot one = node(name);
      if ((std::string(name) == "h1") == (i < 2)) one = node(name).with(domain("vm").cpu(0.95 + 0.01 * i));
      one.taken_at = then(i * 10);
      one.interval_seconds = 10;
      one.sequence = static_cast<std::uint64_t>(i + 1);
      all.push_back(one);
    }
  }
  const auto lanes = lanes_of("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n", all);
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(phases(lanes[0]), "FFFF");
  EXPECT_EQ(values(lanes[0]), "|10101010");
}

TEST(Lanes, RulesOverRecordedSeriesHaveTheirValuesToo) {
  const auto lanes =
      lanes_of("  - {record: cluster:hot, expr: sum(domain_cpu_ratio)}\n  - {alert: Sum, expr: cluster:hot > 0.5}\n",
               samples({0.2, 0.6, 0.7, 0.1}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(values(lanes[0]), "|2671");
}

TEST(Lanes, ColumnsKeepTheExtremesOfTheirTime) {
  const auto set = set_of("  - {alert: Hot, expr: domain_cpu_ratio > 10%}\n");
  Replay replay(set);
  const auto all = samples({0.5, 0.9, 0.2, 0.4});
  for (const auto& one : all) replay.add(one);
  const ReplayResult result = replay.finish();
  ASSERT_EQ(result.subjects.size(), 1U);
  Lanes lanes({.rules = set,
               .wishes = {{result.subjects[0].rule, result.subjects[0].key}},
               .from = result.from,
               .to = result.to,
               .columns = 1});
  for (const auto& one : all) lanes.add(one);
  const LaneColumn column = lanes.finish().at(0).columns.at(0);
  EXPECT_EQ(column.first, 0.5);
  EXPECT_EQ(column.lowest, 0.2);
  EXPECT_EQ(column.highest, 0.9);
  EXPECT_EQ(column.last, 0.4);
}

TEST(Lanes, InfiniteValuesAreNotDrawnAndSaid) {
  const auto lanes = lanes_of("  - {alert: Hot, expr: 1 / (domain_cpu_ratio - 0.5) > 1}\n", samples({0.9, 0.5, 0.9}));
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_TRUE(lanes[0].has_infinite);
  EXPECT_FALSE(lanes[0].columns[1].has_value);
}

}  // namespace
}  // namespace hotspot::rules
