// History in front of live data: windows are as full, and hold the same, as if hotspotd had run all the time.
#include "actuator/rules/engine/past.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "actuator/rules/engine/engine.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Milliseconds kStep = seconds(10);

constexpr const char* kRecordingRules = R"(
  - record: node:cpu:mean
    expr: avg by (node) (avg_over_time(domain_cpu_ratio[2m]))
  - alert: RecordedForLong
    expr: avg_over_time(node:cpu:mean[10m]) > 0
  - alert: CpuForLong
    expr: avg_over_time(domain_cpu_ratio[20m]) > 0
  - alert: NodeForLong
    expr: max_over_time(node_cpu_ratio[5m]) > 0
  - alert: VcpuForLong
    expr: min_over_time(domain_vcpu_ratio[5m]) > 0
)";

// What a node with two domains measures at a time; a stored one is known by its names alone.
NodeSpec measured(WallTime time, bool stored) {
  const double x = static_cast<double>(to_unix_ms(time) / 10'000 % 97) / 100;
  NodeSpec spec = node("h1").cpu(x / 2).interval(10).with(domain("a").cpu(x).vcpu(0, x)).with(domain("b").cpu(0.5));
  spec.snapshot.taken_at = time;
  if (!stored) return spec;
  spec.snapshot.node.uuid = "h1";
  for (auto& one : spec.snapshot.domains) one.uuid = one.name;
  return spec;
}

Milliseconds ten_seconds(const std::string&) { return kStep; }

std::map<std::string, double> values(const Evaluation& evaluation) {
  std::map<std::string, double> all;
  for (const Firing& firing : evaluation.firings) all[firing.rule->name + " " + firing.subject.key()] = firing.value;
  return all;
}

std::size_t fill(Engine& engine, std::shared_ptr<const Past> past) {
  Backfill backfill(std::move(past), ten_seconds);
  while (backfill.step(engine)) {
  }
  return backfill.samples();
}

std::vector<Sample> samples_of(const Engine& engine, const std::string& metric) {
  std::vector<Sample> samples;
  for (const Store::Series& series : engine.store().select(metric, {})) {
    series.range(0, to_unix_ms(kStart + hours(24)), samples);
  }
  return samples;
}

TEST(Reach, AddsTheWindowsOfWhatARecordingRuleIsMadeOf) {
  const Reach reach = reach_of(*rules(kRecordingRules));
  EXPECT_EQ(reach.windows.at("node:cpu:mean"), minutes(10));
  EXPECT_EQ(reach.windows.at("domain_cpu_ratio"), minutes(20));
  EXPECT_EQ(reach.recorded, minutes(10));
  EXPECT_EQ(reach.longest(), minutes(20));
  const Reach longer =
      reach_of(*rules("\n  - record: r:x\n    expr: avg_over_time(node_cpu_ratio[1h])\n"
                      "  - alert: A\n    expr: avg_over_time(r:x[3h]) > 0\n"));
  EXPECT_EQ(longer.needed.at("node_cpu_ratio"), hours(4));
  EXPECT_EQ(longer.windows.at("node_cpu_ratio"), hours(1));
}

TEST(Reach, IsNothingForRulesThatLookAtNowAlone) {
  const Reach reach = reach_of(*rules("\n  - alert: A\n    expr: node_cpu_ratio > 0.9\n"));
  EXPECT_THAT(reach.windows, IsEmpty());
  EXPECT_EQ(reach.longest(), Milliseconds(0));
}

TEST(Past, GivesTheValuesThatLiveDataWouldHaveGiven) {
  World all(kRecordingRules), restarted(kRecordingRules);
  Past past(restarted.engine.rules(), kStart + minutes(30));
  std::map<std::string, double> expected, found;
  for (WallTime time = kStart; time < kStart + minutes(40); time += kStep) {
    all.now = time;
    all.send(measured(time, false));
    expected = values(all.evaluate());
    if (time < kStart + minutes(30)) {
      past.add(measured(time, true).snapshot);
      continue;
    }
    restarted.now = time;
    restarted.send(measured(time, false));
    found = values(restarted.evaluate());
    if (time == kStart + minutes(30)) {
      past.finish();
      EXPECT_GT(fill(restarted.engine, std::make_shared<Past>(std::move(past))), 0U);
      found = values(restarted.evaluate());
    }
    ASSERT_EQ(found.size(), expected.size());
    for (const auto& [subject, value] : expected) {
      ASSERT_NEAR(found.at(subject), value, 1e-9) << subject << " " << to_seconds(time - kStart);
    }
  }
  EXPECT_EQ(expected.size(), 5U);  // the recorded one, two domains, a node and a vCPU
}

TEST(Past, ReplacesWhatWasRecordedFromWindowsThatWereNotFull) {
  World world(kRecordingRules);
  Past past(world.engine.rules(), kStart + minutes(30));
  for (WallTime time = kStart; time < kStart + minutes(30); time += kStep) past.add(measured(time, true).snapshot);
  past.finish();
  for (int late = 0; late < 5; ++late) {  // it takes a while to read
    world.now = kStart + minutes(30) + seconds(10 * late);
    world.send(node("h1").interval(10).with(domain("a").cpu(0.99)).with(domain("b").cpu(0.99))).evaluate();
  }
  fill(world.engine, std::make_shared<Past>(std::move(past)));
  world.evaluate();
  for (const Sample& sample : samples_of(world.engine, "node:cpu:mean")) {
    EXPECT_LT(sample.value, 0.8) << (sample.time_ms - to_unix_ms(kStart)) / 1000;
  }
  EXPECT_EQ(samples_of(world.engine, "node:cpu:mean").size(), 57U);  // ten minutes, but for the time that it took
}

TEST(Past, LetsLiveSamplesWinAndReadsTwiceWithoutHarm) {
  World world("\n  - alert: A\n    expr: avg_over_time(node_cpu_ratio[10m]) > 0\n");
  world.now = kStart + minutes(5);
  world.send(node("h1").cpu(0.9).interval(10)).evaluate();
  for (int again = 0; again < 2; ++again) {
    Past past(world.engine.rules(), world.now);
    for (WallTime time = kStart; time <= kStart + minutes(6); time += kStep) {
      NodeSpec spec = node("h1").cpu(0.1).interval(10);
      spec.snapshot.taken_at = time;
      past.add(spec.snapshot);
    }
    past.finish();
    EXPECT_EQ(fill(world.engine, std::make_shared<Past>(std::move(past))), again == 0 ? 30U : 0U);
  }
  const std::vector<Sample> samples = samples_of(world.engine, "node_cpu_ratio");
  ASSERT_EQ(samples.size(), 31U);
  EXPECT_EQ(samples.front(), (Sample{to_unix_ms(kStart), 0.1}));
  EXPECT_EQ(samples[29].value, 0.1);
  EXPECT_EQ(samples.back(), (Sample{to_unix_ms(kStart + minutes(5)), 0.9}));
}

TEST(Past, CountsTheTimeThatACoarseRowStandsFor) {
  World world("\n  - alert: A\n    expr: avg_over_time(node_cpu_ratio[1h]) > 0\n");
  world.now = kStart + hours(1);
  world.send(node("h1").cpu(0.2).interval(10)).evaluate();
  Past past(world.engine.rules(), world.now);
  const auto take = [&](WallTime time, double cpu, double step) {
    NodeSpec spec = node("h1").cpu(cpu).interval(step);
    spec.snapshot.taken_at = time;
    past.add(spec.snapshot);
  };
  // 50 minutes in rows of 5 minutes, at 0.8; then 10 minutes in rows of 10 s, at 0.2.
  for (int row = 1; row <= 10; ++row) take(kStart + minutes(5 * row), 0.8, 300);
  for (int row = 1; row < 60; ++row) take(kStart + minutes(50) + seconds(10 * row), 0.2, 10);
  past.finish();
  EXPECT_EQ(fill(world.engine, std::make_shared<Past>(std::move(past))), 300U + 59U);
  const auto found = world.pass(Milliseconds(1)).evaluate();
  ASSERT_EQ(found.firings.size(), 1U);
  EXPECT_NEAR(found.firings[0].value, (50 * 0.8 + 10 * 0.2) / 60, 0.002);
}

TEST(Past, GivesNoPastToADomainThatDoesNotRunHereNow) {
  World world("\n  - alert: A\n    expr: avg_over_time(domain_cpu_ratio[10m]) > 0\n");
  world.now = kStart + minutes(5);
  world.send(node("h1").interval(10).with(domain("a").cpu(0.5))).evaluate();
  Past past(world.engine.rules(), world.now);
  NodeSpec before = node("h1").interval(10).with(domain("a").cpu(0.5)).with(domain("gone").cpu(0.9));
  before.snapshot.taken_at = kStart + minutes(4);
  past.add(before.snapshot);
  past.finish();
  EXPECT_EQ(fill(world.engine, std::make_shared<Past>(std::move(past))), 1U);
  EXPECT_THAT(summary(world.pass(Milliseconds(1)).evaluate().firings), ElementsAre("firing A domain:uuid-of-a"));
}

TEST(Past, OfOtherRulesIsNotTaken) {
  World world("\n  - alert: A\n    expr: avg_over_time(node_cpu_ratio[10m]) > 0\n");
  world.send(node("h1").cpu(0.5).interval(10)).evaluate();
  Past past(world.engine.rules(), world.now);
  NodeSpec before = node("h1").cpu(0.5).interval(10);
  before.snapshot.taken_at = kStart - minutes(1);
  past.add(before.snapshot);
  past.finish();
  world.engine.load(rules("\n  - alert: B\n    expr: avg_over_time(node_cpu_ratio[20m]) > 0\n"));
  EXPECT_EQ(fill(world.engine, std::make_shared<Past>(std::move(past))), 0U);
}

TEST(Windows, SayHowFarTheyReach) {
  World world("\n  - alert: A\n    expr: avg_over_time(node_cpu_ratio[10m]) > 0\n");
  for (int i = 0; i < 7; ++i) {
    world.pass(seconds(10)).send(node("h1").cpu(0.5).interval(10)).evaluate();
    if (i == 3) world.send(node("h2").cpu(0.5).interval(10)).evaluate();
  }
  const auto windows = windows_of(reach_of(*world.engine.rules()), world.engine.store(), world.now);
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].metric, "node_cpu_ratio");
  EXPECT_EQ(windows[0].reach, minutes(10));
  EXPECT_EQ(windows[0].tables, 2U);
  EXPECT_EQ(windows[0].full, 0U);
  EXPECT_EQ(windows[0].since, kStart + seconds(10));
  EXPECT_EQ(windows[0].since_all, kStart + seconds(40));
}

}  // namespace
}  // namespace hotspot::rules::test
