#include "actuator/loop/intake.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;
using hotspot::testing::node;

void send(Intake& intake, const char* name, double interval_seconds) {
  telemetry::NodeSnapshot snapshot = node(name).at(kNow, 1).interval(interval_seconds);
  snapshot.cluster = "test";
  ASSERT_TRUE(intake.take({std::move(snapshot), kNow}, "test"));
}

TEST(Intake, TheUsualIntervalIsThatOfMostNodesWhateverOneOfThemSays) {
  Intake intake(model::Freshness{});
  EXPECT_EQ(intake.usual_interval(), Milliseconds(1000)) << "nobody has sent yet";
  send(intake, "h1", 10);
  send(intake, "h2", 10);
  send(intake, "h3", 300);
  EXPECT_EQ(intake.usual_interval(), Milliseconds(10'000));
  send(intake, "h4", 0.001);
  send(intake, "h5", 10);
  EXPECT_EQ(intake.usual_interval(), Milliseconds(10'000));
}

}  // namespace
}  // namespace hotspot::loop
