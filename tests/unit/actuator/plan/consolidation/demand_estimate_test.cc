#include "actuator/plan/consolidation/demand_estimate.h"

#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/consolidation/clusters.h"

namespace hotspot::plan::consolidation {
namespace {

TEST(DemandEstimate, BeginsWithTheFirstSampleAndAGuessOfItsDeviation) {
  DemandEstimate estimate;
  estimate.add(0.5);
  EXPECT_DOUBLE_EQ(estimate.mean(), 0.5);
  EXPECT_DOUBLE_EQ(estimate.variance(), 0.15 * 0.15);
  EXPECT_EQ(estimate.samples(), 1u);
}

TEST(DemandEstimate, TheFirstSamplesCountAlike) {
  DemandEstimate estimate;
  for (const double share : {0.1, 0.2, 0.6}) estimate.add(share);
  EXPECT_NEAR(estimate.mean(), 0.3, 1e-12);
}

TEST(DemandEstimate, FollowsAStepInSomeTenSamples) {
  DemandEstimate estimate;
  for (int i = 0; i < 100; ++i) estimate.add(0.1);
  for (int i = 0; i < 10; ++i) estimate.add(0.5);
  EXPECT_GT(estimate.mean(), 0.1 + 0.4 * 0.6);
  EXPECT_LT(estimate.mean(), 0.1 + 0.4 * 0.7);
}

TEST(DemandEstimate, ASinglePeakHardlyMovesTheMean) {
  DemandEstimate estimate;
  for (int i = 0; i < 100; ++i) estimate.add(0.1);
  estimate.add(1);
  EXPECT_LT(estimate.mean(), 0.19);
}

TEST(DemandEstimate, TheVarianceOfNoiseIsFound) {
  DemandEstimate estimate;
  testing::Numbers numbers(1);
  for (int i = 0; i < 2000; ++i) estimate.add(0.3 + 0.2 * numbers.share());
  EXPECT_NEAR(estimate.mean(), 0.4, 0.05);
  EXPECT_NEAR(estimate.variance(), 0.04 / 12, 0.0015);
}

}  // namespace
}  // namespace hotspot::plan::consolidation
