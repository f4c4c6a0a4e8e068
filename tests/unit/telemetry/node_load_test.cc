// How full a node is; domains, and what hotspotd makes of it, are in tests/unit/actuator/model/load_test.cc.
#include "telemetry/node_load.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

TEST(NodeLoad, IsNotKnownWhereNothingWasMeasured) {
  const NodeSample node;
  EXPECT_EQ(memory_used_ratio(node), std::nullopt);
  EXPECT_EQ(net_used_ratio(node), std::nullopt);
  EXPECT_EQ(volume(node), std::nullopt);
}

TEST(NodeLoad, CountsOfMemoryWhatCannotBeGivenBack) {
  NodeSample node;
  node.memory_bytes = 1000;
  node.memory_free_bytes = 100;
  node.memory_available_bytes = 750;
  EXPECT_EQ(memory_used_ratio(node), 0.25);
}

TEST(NodeLoad, TakesTheBusierDirectionOfTheBusiestLinkThatTellsItsSpeed) {
  NodeSample node;
  const auto link = [](Measured speed, Measured receive, Measured transmit) {
    return LinkSample{.device = "eth",
                      .speed_bits_per_second = speed,
                      .receive_bytes_per_second = receive,
                      .transmit_bytes_per_second = transmit};
  };
  node.links = {link(8000, 100, 250), link(8000, 500, 0), link(std::nullopt, 9000, 9000),
                link(8000, std::nullopt, 900)};
  EXPECT_EQ(net_used_ratio(node), 0.5);
}

TEST(NodeLoad, MultipliesInTheVolumeWhatWasMeasuredAndStaysFinite) {
  EXPECT_EQ(volume({0.5, std::nullopt, 0.75}), 8);
  EXPECT_NEAR(*volume({1.0}), 100, 1e-9) << "cut off at 0.99";
  EXPECT_EQ(volume({-0.5}), 1);
}

}  // namespace
}  // namespace hotspot::telemetry
