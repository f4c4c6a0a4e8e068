// The node's links, on folders that look like /proc and /sys.
#include "collectd-plugin/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hotspot::collector {
namespace {

constexpr const char* kTitles = "Inter-| Receive | Transmit\n face |bytes packets|bytes packets\n";

class LinksTest : public ::testing::Test {
 protected:
  ~LinksTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void links(const std::string& lines) { write("net/dev", kTitles + lines); }

  std::string folder_ = [] {
    std::string made = ::testing::TempDir() + "/hotspot-links-XXXXXX";
    return std::string(mkdtemp(made.data()));
  }();
  Links links_{folder_, folder_};
};

TEST_F(LinksTest, TurnTheCountersOfAGuestsTapToTheGuestsView) {
  links("vnet0: 10 11 12 13 0 0 0 0 20 21 22 23 0 0 0 0\n");
  links_.read();
  const auto guest = links_.of_guest("vnet0");
  ASSERT_TRUE(guest);
  EXPECT_EQ(guest->receive_bytes, 20u);
  EXPECT_EQ(guest->receive_packets, 21u);
  EXPECT_EQ(guest->receive_errors, 22u);
  EXPECT_EQ(guest->receive_drops, 23u);
  EXPECT_EQ(guest->transmit_bytes, 10u);
  EXPECT_EQ(guest->transmit_drops, 13u);
  EXPECT_FALSE(links_.of_guest("vnet1"));
}

TEST_F(LinksTest, SayWhenLinksComeAndGo) {
  links("  lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  EXPECT_TRUE(links_.read());
  EXPECT_FALSE(links_.read());
  links("  lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\nvnet0:1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  EXPECT_TRUE(links_.read());
  EXPECT_FALSE(links_.read());
  links("vnet0:1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  EXPECT_TRUE(links_.read());
  EXPECT_FALSE(links_.of_guest("lo"));
}

TEST_F(LinksTest, OfTheNodeAreThoseWithHardwareBehindThem) {
  links(
      "eth0: 5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0\nbr0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"
      "vnet0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  write("class/net/eth0/device/vendor", "0x8086\n");
  write("class/net/eth0/speed", "10000\n");
  write("class/net/br0/speed", "10000\n");
  links_.read();
  const auto node = links_.of_node();
  ASSERT_EQ(node.size(), 1u);
  EXPECT_EQ(node[0].device, "eth0");
  EXPECT_EQ(node[0].receive_bytes, 5u);
  EXPECT_EQ(node[0].transmit_bytes, 6u);
  EXPECT_EQ(node[0].speed_bits_per_second, 1e10);
}

TEST_F(LinksTest, HaveNoSpeedWhileTheyAreDown) {
  links("eth0: 5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0\n");
  write("class/net/eth0/device/vendor", "0x8086\n");
  write("class/net/eth0/speed", "-1\n");
  links_.read();
  EXPECT_EQ(links_.of_node().at(0).speed_bits_per_second, std::nullopt);
}

}  // namespace
}  // namespace hotspot::collector
