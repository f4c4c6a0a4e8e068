#include "actuator/model/node_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::model {
namespace {

using hotspot::testing::node;
using hotspot::testing::uuid_of;
using ::testing::HasSubstr;

TEST(NodeChoice, ANameThatSeveralNodesHaveIsRefusedAndAHostUuidIsNot) {
  const WallTime now = hotspot::testing::kNow;
  Cluster cluster;
  cluster.apply(node("h1").at(now), now);
  cluster.apply(node("h2").at(now), now);
  EXPECT_EQ((*find_one_node(cluster, "h1"))->uuid(), uuid_of("h1"));
  EXPECT_THAT(find_one_node(cluster, "h9").error().message, HasSubstr("no node 'h9' is in the snapshots"));
  telemetry::NodeSnapshot twin = node("h1").at(now);
  twin.node.uuid = "00000000-0000-0000-0000-00000000beef";
  cluster.apply(std::move(twin), now);
  const auto refused = find_one_node(cluster, "h1");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("several nodes are named 'h1'; give the host UUID of one:"));
  EXPECT_THAT(refused.error().message, HasSubstr(uuid_of("h1")));
  EXPECT_EQ((*find_one_node(cluster, uuid_of("h1")))->name(), "h1");
}

}  // namespace
}  // namespace hotspot::model
