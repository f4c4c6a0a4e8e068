#include "bench/planetlab/experiment.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "bench/planetlab/published.h"

namespace hotspot::planetlab {
namespace {

// The clock runs from 0.1 s in steps of 300 s; nothing is charged before the first tick.
constexpr double kChargedSeconds = 286 * 300.0;

Trace constant(double share) {
  Trace trace;
  trace.fill(share);
  return trace;
}

Day day_of(std::initializer_list<Trace> traces) { return {"20000101", traces}; }

Metrics metrics_of(const Day& day, Published policy, Idle idle = Idle::kRemoved) {
  return run(day, *make_published(policy), idle).metrics;
}

TEST(PlanetlabExperiment, ChargesAConstantMachineTheStraightLineBetweenTwoFiguresOfItsHost) {
  const Metrics metrics = metrics_of(day_of({constant(0.5)}), Published::kThrMmt);
  const double share = 0.5 * 2500 / 5320;  // of the first host of the larger kind: between 101 and 105 W
  EXPECT_NEAR(metrics.kwh, (101 + 4 * (share * 10 - 2)) * kChargedSeconds / 3.6e6, 1e-9);
  EXPECT_EQ(metrics.migrations, 0);
  EXPECT_EQ(metrics.esv(), 0);
}

TEST(PlanetlabExperiment, RemovesAMachineThatDemandsNothingUnlessItIsKept) {
  Trace pause = constant(0.5);
  for (std::size_t i = 100; i < 120; ++i) pause[i] = 0;
  const Metrics removed = metrics_of(day_of({pause}), Published::kThrMmt);
  const Metrics kept = metrics_of(day_of({pause}), Published::kThrMmt, Idle::kKept);
  EXPECT_LT(removed.kwh, 0.4 * kept.kwh);
  EXPECT_EQ(kept.shutdowns, removed.shutdowns);
}

TEST(PlanetlabExperiment, EmptiesTheLessUsedOfTwoHosts) {
  const Day day = day_of({constant(0.2), constant(0.3)});
  const auto policy = make_published(Published::kThrMmt);
  const Outcome outcome = run(day, *policy, Idle::kRemoved);
  EXPECT_EQ(outcome.ticks[0].active_hosts, 2u);
  EXPECT_EQ(outcome.ticks[0].migrations, 1u);
  EXPECT_EQ(outcome.ticks[1].active_hosts, 1u);
  EXPECT_EQ(outcome.metrics.migrations, 1);
}

TEST(PlanetlabExperiment, CountsTheTargetOfAMigrationAsViolatedAndATenthOfTheMovedDemandAsLost) {
  const Day day = day_of({constant(0.2), constant(0.3)});
  const Metrics metrics = metrics_of(day, Published::kThrMmt);
  const double lost = 0.1 * 0.2 * 2500 * 13.92;  // a machine of the first kind moves 870 MB at 62.5 MB/s
  const double demanded = (0.2 * 2500 + 0.3 * 2000) * kChargedSeconds;
  EXPECT_NEAR(metrics.pdm, lost / demanded, 1e-9);
  EXPECT_NEAR(metrics.slatah, 13.92 / (kChargedSeconds + 13.92), 1e-6);
}

TEST(PlanetlabExperiment, TheFloorIsAllDemandOnFullHostsOfTheBetterKind) {
  const Outcome outcome = run(day_of({constant(0.5)}), *make_published(Published::kLrMfped), Idle::kRemoved);
  EXPECT_NEAR(outcome.floor_kwh, 0.5 * 2500 / 5320 * 135 * 287 * 300 / 3.6e6, 1e-9);
  EXPECT_GT(outcome.metrics.kwh, outcome.floor_kwh);
}

TEST(PlanetlabExperiment, EveryPolicyGivesTheSameTwice) {
  Day day = day_of({});
  for (std::size_t i = 0; i < 8; ++i) {
    Trace trace;
    for (std::size_t k = 0; k < trace.size(); ++k) trace[k] = static_cast<double>((i * 7 + k * (i + 3)) % 60) / 100;
    day.traces.push_back(trace);
  }
  for (const Published policy : {Published::kThrMmt, Published::kLrMmt, Published::kLrMfped}) {
    const Metrics once = metrics_of(day, policy), again = metrics_of(day, policy);
    EXPECT_EQ(once.kwh, again.kwh) << name_of(policy);
    EXPECT_EQ(once.migrations, again.migrations) << name_of(policy);
    EXPECT_EQ(once.esv(), again.esv()) << name_of(policy);
  }
}

}  // namespace
}  // namespace hotspot::planetlab
