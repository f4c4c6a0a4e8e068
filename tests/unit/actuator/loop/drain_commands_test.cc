// How a drain is withdrawn, and what is reported of it while it goes on.
#include "actuator/loop/drain_commands.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::cluster_of;
using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

class DrainCommands : public ::testing::Test {
 protected:
  void ask_for(const std::string& uuid, const std::string& name) {
    drains_.request(uuid, {.node = name, .owner = "ada", .reason = "new fans", .since = kNow});
  }
  Drains drains_;
};

TEST_F(DrainCommands, ANodeIsNamedByItsNameOrItsHostUuid) {
  for (const char* name : {"h1", "uuid-1"}) {
    ask_for("uuid-1", "h1");
    EXPECT_EQ(undrain(drains_, name), record::done("h1 is not to be drained any more"));
    EXPECT_TRUE(drains_.all().empty());
  }
}

TEST_F(DrainCommands, WhatIsNotToBeDrainedCannotBeWithdrawn) {
  EXPECT_EQ(undrain(drains_, "h1"), record::refused("'h1' is not to be drained"));
}

TEST_F(DrainCommands, OfTwoNodesWithOneNameTheHostUuidSaysWhich) {
  ask_for("uuid-1", "h1");
  ask_for("uuid-2", "h1");
  EXPECT_EQ(undrain(drains_, "h1"),
            record::refused("several nodes named 'h1' are to be drained; give the host UUID of one:\n  uuid-1\n  "
                            "uuid-2"));
  EXPECT_EQ(drains_.all().size(), 2u);
  EXPECT_EQ(undrain(drains_, "uuid-2"), record::done("h1 is not to be drained any more"));
}

TEST_F(DrainCommands, ThatANodeIsEmptyIsReportedOnceWithItsName) {
  const model::Cluster busy = cluster_of({node("h1").with(domain("a")), node("h2")});
  const model::Cluster empty = cluster_of({node("h1"), node("h2")});
  ask_for(uuid_of("h1"), "h1");
  EXPECT_TRUE(follow_drains(drains_, busy, {}, kNow).empty()) << "domains are leaving it";
  const auto notices = follow_drains(drains_, empty, {}, kNow);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices.front().kind, "drain");
  EXPECT_EQ(notices.front().subject, "node h1");
  EXPECT_TRUE(follow_drains(drains_, empty, {}, kNow).empty());
}

TEST_F(DrainCommands, NothingIsSaidOfAStaleNode) {
  ask_for(uuid_of("h1"), "h1");
  EXPECT_TRUE(follow_drains(drains_, cluster_of({node("h1")}), {}, kNow + std::chrono::hours(1)).empty());
}

}  // namespace
}  // namespace hotspot::loop
