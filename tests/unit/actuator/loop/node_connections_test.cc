#include "actuator/loop/node_connections.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

constexpr const char* kNode = "uuid-of-h1";
using Kind = ConnectionChange::Kind;

WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }

ports::NodeProof connected(int seconds, int cpus = 8) {
  return {kNode, "qemu+tls://h1/system", ports::NodeIdentity{kNode, "h1", cpus, 64 * kGibibyte}, "", at(seconds)};
}

ports::NodeProof broken(int seconds, const std::string& problem = "h1: Connection refused") {
  return {kNode, "qemu+tls://h1/system", std::nullopt, problem, at(seconds)};
}

TEST(NodeConnections, ATroubleBeginsOnceAndEndsOnceWithItsLength) {
  NodeConnections connections;
  EXPECT_EQ(connections.note(connected(0))->kind, Kind::kConnected);
  const auto lost = connections.note(broken(10));
  ASSERT_TRUE(lost);
  EXPECT_EQ(sentence(*lost, "h1"), "h1: no connection to its libvirt: h1: Connection refused");
  EXPECT_FALSE(connections.note(broken(20, "h1: No route to host"))) << "the same trouble, in other words";
  EXPECT_EQ(connections.find(kNode)->problem, "h1: No route to host");
  EXPECT_EQ(connections.find(kNode)->since, at(10));
  const auto again = connections.note(connected(195));
  ASSERT_TRUE(again);
  EXPECT_EQ(sentence(*again, "h1"), "h1: connected to its libvirt again, after 3 min 5 s");
}

TEST(NodeConnections, ANodeThatWasNeverReachedIsATroubleToo) {
  NodeConnections connections;
  EXPECT_EQ(connections.note(broken(0))->kind, Kind::kLost);
  EXPECT_EQ(connections.note(connected(60))->kind, Kind::kConnectedAgain);
}

TEST(NodeConnections, KnowWhatTheNodeHasNow) {
  NodeConnections connections;
  connections.note(connected(0));
  EXPECT_FALSE(connections.note(connected(300, 16)));
  EXPECT_EQ(connections.find(kNode)->identity->cpus, 16);
  EXPECT_EQ(connections.find(kNode)->since, at(0));
}

TEST(NodeConnections, WhatWasNotedOfAUriIsTheNodesOnceItsUuidIsKnownAndCountsOnce) {
  ports::NodeProof by_uri = connected(0);
  by_uri.node_uuid.clear();
  NodeConnections by_report, by_address;
  for (NodeConnections* connections : {&by_report, &by_address})
    EXPECT_EQ(connections->note(by_uri)->kind, Kind::kConnected);
  EXPECT_FALSE(by_report.note(connected(5))) << "it is connected since before";
  by_address.forget_unless({{kNode, "h1", "qemu+tls://h1/system"}});
  for (const NodeConnections* connections : {&by_report, &by_address}) {
    EXPECT_EQ(connections->all().size(), 1U);
    ASSERT_NE(connections->find(kNode), nullptr);
    EXPECT_EQ(connections->find(kNode)->since, at(0));
  }
}

TEST(NodeConnections, ANodeThatWasForgottenBeginsAnew) {
  NodeConnections connections;
  connections.note(broken(0));
  connections.forget_unless({{kNode, "h1", "qemu+tls://h1/system"}});
  EXPECT_NE(connections.find(kNode), nullptr);
  connections.forget_unless({});
  EXPECT_EQ(connections.find(kNode), nullptr);
  EXPECT_EQ(connections.note(connected(60))->kind, Kind::kConnected);
}

TEST(NodeConnections, AClockThatWentBackMakesNoTroubleOfNegativeLength) {
  NodeConnections connections;
  connections.note(broken(100));
  EXPECT_EQ(connections.note(connected(40))->lasted, Milliseconds(0));
}

TEST(NodeConnections, WhatTheOtherSideSaysStaysOnOneLineOfTheLog) {
  NodeConnections connections;
  const auto lost = connections.note(broken(0, "h1: ssh said\nERROR \x1b[31m" + std::string(5000, 'x')));
  const std::string said = sentence(*lost, "h1\n");
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  EXPECT_EQ(said.find('\x1b'), std::string::npos) << said;
  EXPECT_LT(said.size(), 700U);
}

}  // namespace
}  // namespace hotspot::loop
