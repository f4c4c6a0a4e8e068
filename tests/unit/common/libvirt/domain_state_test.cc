#include "common/libvirt/domain_state.h"

#include <gtest/gtest.h>

namespace hotspot::virt {
namespace {

using telemetry::DomainState;

TEST(DomainState, IsWhatLibvirtsNumberSays) {
  EXPECT_EQ(domain_state(0), DomainState::kUnknown);
  EXPECT_EQ(domain_state(1), DomainState::kRunning);
  EXPECT_EQ(domain_state(3), DomainState::kPaused);
  EXPECT_EQ(domain_state(5), DomainState::kShutoff);
  EXPECT_EQ(domain_state(7), DomainState::kSuspended);
  EXPECT_EQ(domain_state(99), DomainState::kUnknown);
}

TEST(DomainState, HasAReasonWhereItSaysMoreThanTheState) {
  EXPECT_EQ(state_reason(3, 2), "migrating");
  EXPECT_EQ(state_reason(3, 5), "I/O error");
  EXPECT_EQ(state_reason(3, 12), "post-copy");
  EXPECT_EQ(state_reason(1, 2), "migrated");
  EXPECT_EQ(state_reason(1, 1), "");
  EXPECT_EQ(state_reason(5, 2), "");
}

}  // namespace
}  // namespace hotspot::virt
