// What of operators' orders outlives a restart.
#include "actuator/loop/orders.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

using rules::Mode;

TEST(Orders, AModeThatWasSetByCommandOutlivesARestart) {
  Orders before(Mode::kEnforce);
  before.set_mode(Mode::kObserve);
  const auto fields = before.durable();
  Orders after(Mode::kEnforce);
  EXPECT_EQ(after.restore_mode(fields.at("mode"), fields.at("mode_configured")),
            "mode observe, as it was set by command; the configuration says enforce");
  EXPECT_EQ(after.mode(), Mode::kObserve);
}

TEST(Orders, AModeThatIsConfiguredAnewReplacesTheOneThatWasSet) {
  Orders orders(Mode::kRecommend);
  EXPECT_FALSE(orders.restore_mode("observe", "enforce"));
  EXPECT_EQ(orders.mode(), Mode::kRecommend);
}

TEST(Orders, WithoutACommandTheConfiguredModeHoldsAndNothingIsSaid) {
  Orders orders(Mode::kEnforce);
  EXPECT_FALSE(orders.restore_mode("enforce", "enforce"));
  EXPECT_FALSE(orders.restore_mode("", ""));
  EXPECT_EQ(orders.mode(), Mode::kEnforce);
}

TEST(Orders, NodesToBeDrainedAreAmongTheFields) {
  Orders orders(Mode::kEnforce);
  EXPECT_EQ(orders.durable().at(kDrainsField), "");
  orders.drains.request("uuid-1", {.node = "h1", .owner = "ada", .reason = "new fans", .since = {}});
  Drains restored;
  ASSERT_TRUE(restored.restore(orders.durable().at(kDrainsField)));
  EXPECT_EQ(restored.uuids(), std::set<std::string>{"uuid-1"});
}

}  // namespace
}  // namespace hotspot::loop
