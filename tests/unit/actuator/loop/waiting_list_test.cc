#include "actuator/loop/waiting_list.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;

TEST(WaitingListTest, AFloodOfNamesTakesNoPlaceFromWhoGoesOnSending) {
  WaitingList list;
  const WaitingNode honest{.name = "h1", .host_uuid = "u1", .uri = "qemu+tls://h1/system", .fingerprint = "SHA256:a"};
  EXPECT_EQ(list.see(honest, kNow), WaitingList::Seen::kNew);
  for (int i = 0; i < 5000; ++i) {
    const WallTime now = kNow + Milliseconds(i);
    list.see({.name = "evil" + std::to_string(i), .fingerprint = "SHA256:" + std::to_string(i)}, now);
    list.see({.name = "evil" + std::to_string(i)}, now);
    list.see(honest, now);
  }
  EXPECT_EQ(list.size(), 2 * WaitingList::kMostOfAKind);
  EXPECT_GT(list.without_room(), 0u);
  const auto nodes = list.nodes();
  EXPECT_TRUE(std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.name == "h1"; }));
  EXPECT_EQ(list.see({.name = "h2"}, kNow + WaitingList::kQuiet + Milliseconds(6000)), WaitingList::Seen::kNew);
}

}  // namespace
}  // namespace hotspot::loop
