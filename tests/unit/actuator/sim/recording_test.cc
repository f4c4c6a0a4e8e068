// Scenarios of recorded snapshots.
#include "actuator/sim/recording.h"

#include <gtest/gtest.h>

#include "actuator/sim/demand.h"
#include "tests/support/build_cluster.h"

namespace hotspot::simulation {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using std::chrono::minutes;

double cores(const DomainModel& one, Milliseconds since) { return demand_at(one.cores, {since, since}, {}); }

TEST(Recording, BeginsAsTheFirstSnapshotsSayAndWantsWhatWasUsedAndStolen) {
  const auto made =
      scenario_of({node("h1")
                       .at(kNow + minutes(1))
                       .cpu(1.0)
                       .interval(60)
                       .with(domain("a").vcpus(4, 4).cpu(0.5).set(&telemetry::DomainSample::cpu_steal_ratio, 0.25)),
                   node("h1").at(kNow).cpu(0.6).interval(60).with(
                       domain("a").vcpus(4, 8).cpu(0.5).memory(2 * kGibibyte, 4 * kGibibyte)),
                   node("h2").at(kNow).with(domain("b").vcpus(1, 1).cpu(0.1)),
                   node("h2")
                       .at(kNow + minutes(1))
                       .interval(60)
                       .with(domain("b").vcpus(1, 1).cpu(0.1))
                       .with(domain("c").vcpus(2, 2).cpu(1))});
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->nodes.size(), 2u);
  ASSERT_EQ(made->domains.size(), 3u);
  const DomainModel& a = made->domains[0];
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.vcpus_max, 8) << "as it was when the recording began";
  EXPECT_EQ(a.memory_max_bytes, 4 * kGibibyte);
  EXPECT_DOUBLE_EQ(cores(a, minutes(0)), 2);
  EXPECT_DOUBLE_EQ(cores(a, minutes(1)), 3) << "used and stolen";
  EXPECT_DOUBLE_EQ(cores(made->domains[2], minutes(0)), 0) << "it came later";
  EXPECT_DOUBLE_EQ(cores(made->domains[2], minutes(1)), 2);
  EXPECT_EQ(made->recorded, minutes(2));
  EXPECT_DOUBLE_EQ(cores(a, minutes(2)), 2) << "from the beginning again";
  EXPECT_NEAR(made->nodes[0].own_cores, 0.4, 1e-9) << "4 CPUs at 60 %, of which 2 cores are the domain's";
}

TEST(Recording, NeedsANodeWithARunningDomain) {
  EXPECT_FALSE(scenario_of({}));
  EXPECT_FALSE(scenario_of({node("h1")}));
  EXPECT_FALSE(scenario_of({node("h1").with(domain("a").state(telemetry::DomainState::kShutoff))}));
}

}  // namespace
}  // namespace hotspot::simulation
