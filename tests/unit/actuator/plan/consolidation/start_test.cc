#include "actuator/plan/consolidation/start.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/actuator/plan/consolidation/clusters.h"

namespace hotspot::plan::consolidation {
namespace {

TEST(ConsolidationStart, FillsTheNodesThatDoMostForAWattOneAfterTheOther) {
  std::vector<Node> nodes{testing::node(), testing::node(), testing::node()};
  nodes[0].full_watts = 300;
  std::vector<Reserved> reserved(3);
  for (const std::size_t expected : {1u, 1u, 2u, 2u, 0u}) {
    const auto place = start_node(nodes, reserved, {4, 1});
    ASSERT_EQ(place, expected);
    reserved[*place].cpu += 4;
  }
}

TEST(ConsolidationStart, AsksForRoomInMemoryAndForCpuThatOneDomainCanUse) {
  std::vector<Node> nodes{testing::node(), testing::node()};
  nodes[0].memory = 4;
  nodes[1].most_of_a_domain = 3;
  const std::vector<Reserved> reserved(2);
  EXPECT_EQ(start_node(nodes, reserved, {2, 5}), 1u);
  EXPECT_EQ(start_node(nodes, reserved, {4, 2}), 0u);
  EXPECT_EQ(start_node(nodes, reserved, {4, 5}), std::nullopt);
}

TEST(ConsolidationStart, ANodeThatIsNoTargetReceivesNothing) {
  std::vector<Node> nodes{testing::node()};
  nodes[0].use = Node::Use::kSourceOnly;
  EXPECT_EQ(start_node(nodes, {{}}, {1, 1}), std::nullopt);
}

}  // namespace
}  // namespace hotspot::plan::consolidation
