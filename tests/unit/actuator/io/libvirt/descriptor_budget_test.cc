#include "actuator/io/libvirt/descriptor_budget.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

namespace hotspot::io {
namespace {

TEST(DescriptorBudget, IsEnoughForSoManyNodesAndNoMoreUntilOneGoes) {
  const auto budget = std::make_shared<DescriptorBudget>(262);
  EXPECT_EQ(budget->most_nodes(), 3U);
  std::vector<std::unique_ptr<DescriptorBudget::Part>> parts;
  for (int i = 0; i < 3; ++i) {
    parts.push_back(DescriptorBudget::take(budget));
    EXPECT_NE(parts.back(), nullptr);
  }
  EXPECT_EQ(DescriptorBudget::take(budget), nullptr);
  parts.pop_back();
  EXPECT_NE(DescriptorBudget::take(budget), nullptr);
}

TEST(DescriptorBudget, SaysWhatWouldBeEnough) {
  EXPECT_EQ(
      DescriptorBudget(1024).refusal(),
      "this process may have 1024 file descriptors, which are enough for 384 nodes; raise LimitNOFILE of its unit "
      "(systemctl edit hotspotd)");
  EXPECT_EQ(DescriptorBudget(100).most_nodes(), 0U);
}

TEST(DescriptorBudget, HasNoRoomNearTheLimit) {
  EXPECT_TRUE(DescriptorBudget(65'536).has_room());
  EXPECT_FALSE(DescriptorBudget(128).has_room());
}

TEST(DescriptorBudget, TheSoftLimitIsRaisedAndNeverLowered) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const std::size_t now = raise_descriptor_limit();
  EXPECT_GE(now, before.rlim_cur);
  EXPECT_LE(now, before.rlim_max);
  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, now);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace hotspot::io
