#include "actuator/rules/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "tests/support/build_cluster.h"

namespace hotspot::rules {
namespace {

using hotspot::testing::domain;
using hotspot::testing::node;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Pair;

WallTime at(int second) { return from_unix_ms(1'700'000'000'000) + seconds(second); }

std::shared_ptr<const RuleSet> rules(const std::string& text) {
  const std::vector<SourceFile> files{{"a.yml", "groups:\n- name: g\n  rules:\n" + text}};
  const CheckedRules checked = check(files);
  EXPECT_TRUE(checked.ok()) << format(checked.diagnostics, files);
  return checked.rules;
}

const char* kHot = "  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, for: 2 of 3, remedy: [migrate]}\n";

telemetry::NodeSnapshot snapshot(const std::string& name, int second, double cpu) {
  telemetry::NodeSnapshot result = node(name).with(domain("vm-" + name).cpu(cpu));
  result.taken_at = at(second);
  result.interval_seconds = 10;
  result.sequence = static_cast<std::uint64_t>(second / 10 + 1);
  return result;
}

ReplayResult replay(const std::string& text, const std::vector<telemetry::NodeSnapshot>& snapshots) {
  Replay run(rules(text));
  for (const auto& one : snapshots) run.add(one);
  return run.finish();
}

TEST(Replay, TellsFromWhenToWhenARuleFiredAndOnWhat) {
  const auto result = replay(kHot, {snapshot("h1", 0, 0.2), snapshot("h1", 10, 0.95), snapshot("h1", 20, 0.98),
                                    snapshot("h1", 30, 0.2), snapshot("h1", 40, 0.2), snapshot("h1", 50, 0.2)});
  ASSERT_EQ(result.firings.size(), 1U);
  const ReplayedFiring& hot = result.firings[0];
  EXPECT_EQ(hot.rule, "Hot");
  EXPECT_THAT(hot.labels, ElementsAre(Pair("domain", "vm-h1"), Pair("node", "h1")));
  EXPECT_EQ(hot.pending_since, at(10));
  EXPECT_EQ(hot.from, at(20));
  EXPECT_EQ(hot.to, at(40));  // one of the last three by then
  EXPECT_FALSE(hot.open);
  EXPECT_EQ(hot.peak, 0.98);
  EXPECT_EQ(hot.remedies, std::vector<Remedy>{Migrate{}});
  EXPECT_THAT(result.hot_domains, ElementsAre(Pair("vm-h1", seconds(20))));
  EXPECT_THAT(result.hot_nodes, ElementsAre(Pair("h1", seconds(20))));
}

TEST(Replay, LeavesOpenWhatStillFiresAtTheEnd) {
  const auto result = replay(kHot, {snapshot("h1", 0, 0.95), snapshot("h1", 10, 0.95), snapshot("h1", 20, 0.95)});
  ASSERT_EQ(result.firings.size(), 1U);
  EXPECT_TRUE(result.firings[0].open);
  EXPECT_EQ(result.firings[0].to, at(20));
}

TEST(Replay, LooksAtSnapshotsOfOneMomentTogether) {
  const auto result =
      replay("  - {alert: Many, expr: count(domain_cpu_ratio > 90%) > 1}\n",
             {snapshot("h1", 0, 0.95), snapshot("h2", 0, 0.95), snapshot("h1", 10, 0.95), snapshot("h2", 10, 0.1)});
  EXPECT_EQ(result.snapshots, 4U);
  EXPECT_EQ(result.evaluations, 2U);
  ASSERT_EQ(result.firings.size(), 1U);
  EXPECT_EQ(result.firings[0].to, at(10));
  EXPECT_TRUE(result.hot_nodes.empty()) << "an alert heats nothing";
}

TEST(Replay, CountsTimeOnceThoughTwoRulesFire) {
  const auto result =
      replay(std::string(kHot) + "  - {hotspot: Warm, expr: domain_cpu_ratio > 50%, remedy: [migrate]}\n",
             {snapshot("h1", 0, 0.95), snapshot("h1", 10, 0.95), snapshot("h1", 20, 0.95), snapshot("h1", 30, 0.95)});
  EXPECT_EQ(result.firings.size(), 2U);
  EXPECT_THAT(result.hot_domains, ElementsAre(Pair("vm-h1", seconds(30))));
}

// Ten domains that fire three times each, one after the other within each time.
std::vector<telemetry::NodeSnapshot> many_firings() {
  std::vector<telemetry::NodeSnapshot> all;
  for (int i = 0; i < 6; ++i) {
    for (int vm = 0; vm < 10; ++vm) all.push_back(snapshot("h" + std::to_string(vm), i * 10, i % 2 == 0 ? 0.95 : 0.2));
  }
  return all;
}

TEST(Replay, ListsNoMoreFiringsThanItsBoundAndCountsAll) {
  Replay run(rules("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, remedy: [migrate]}\n"), {}, {},
             {.most_firings = 7, .most_subjects = 4});
  for (const auto& one : many_firings()) run.add(one);
  const ReplayResult result = run.finish();
  EXPECT_EQ(result.firings.size(), 7U);
  EXPECT_EQ(result.unlisted, 23U);
  EXPECT_EQ(result.rules.at("Hot").firings, 30U);
  EXPECT_EQ(result.rules.at("Hot").total, seconds(300));
  EXPECT_EQ(result.subjects.size(), 4U);
  EXPECT_EQ(result.subjects_left_out, 18U) << "three firings each of six subjects";
  EXPECT_EQ(result.hot_domains.size(), 10U);
  EXPECT_EQ(result.hot_domains.at("vm-h9"), seconds(30));
}

TEST(Replay, TellsTheSubjectsThatFiredLongestFirst) {
  auto all = many_firings();
  for (int i = 0; i < 6; ++i) all[static_cast<std::size_t>(i * 10 + 4)] = snapshot("h4", i * 10, 0.95);
  Replay run(rules("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n"));
  for (const auto& one : all) run.add(one);
  const ReplayResult result = run.finish();
  ASSERT_EQ(result.subjects.size(), 10U);
  EXPECT_EQ(result.subjects[0].labels.at("domain"), "vm-h4");
  EXPECT_EQ(result.subjects[0].firings, 1U);
  EXPECT_EQ(result.subjects[0].total, seconds(50));
  EXPECT_EQ(result.subjects[1].firings, 3U);
  EXPECT_EQ(result.rules.at("Hot").subjects, 10U);
}

TEST(Replay, NamesTheSeriesThatNeverHadAValue) {
  const auto result = replay("  - {alert: A, expr: domain_dirty_bytes_per_second > 1 and domain_cpu_ratio > 1%}\n",
                             {snapshot("h1", 0, 0.95)});
  ASSERT_TRUE(result.without_data.contains("A"));
  EXPECT_THAT(result.without_data.at("A"), ElementsAre("domain_dirty_bytes_per_second"));
}

TEST(Replay, TellsHowFarSamplesStoodApart) {
  auto coarse = snapshot("h1", 600, 0.1);
  coarse.interval_seconds = 70;
  const auto result = replay(kHot, {snapshot("h1", 0, 0.1), snapshot("h1", 10, 0.1), coarse});
  ASSERT_EQ(result.stretches.size(), 2U);
  EXPECT_EQ(result.stretches[0].step, seconds(10));
  EXPECT_EQ(result.stretches[0].to, at(10));
  EXPECT_EQ(result.stretches[1].step, seconds(70));
}

TEST(Replay, OfNothingFindsNothing) {
  const auto result = replay(kHot, {});
  EXPECT_EQ(result.snapshots, 0U);
  EXPECT_TRUE(result.firings.empty());
}

}  // namespace
}  // namespace hotspot::rules
