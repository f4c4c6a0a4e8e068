#include "common/libvirt/timed_calls.h"

#include <gtest/gtest.h>

#include "actuator/ports/hypervisor.h"
#include "tests/support/wait.h"

namespace hotspot::virt {
namespace {

using Answer = Result<int, ports::CallError>;
using hotspot::testing::wait_for;
constexpr Milliseconds kLong{10'000}, kShort{5};

class BoundedCalls : public ::testing::Test {
 protected:
  std::function<Answer()> hang() {
    return [release = release_]() -> Answer { return *release->wait_for(Milliseconds(60'000)); };
  }
  std::function<Answer()> answer() {
    return []() -> Answer { return 7; };
  }
  void TearDown() override {
    release_->set(1);
    EXPECT_TRUE(all_.wait_for_all(kLong));
  }
  std::shared_ptr<Pending<int>> release_ = std::make_shared<Pending<int>>();
  virt::TimedCalls all_{{.hung_in_a_group = 2, .threads = 6}};
  virt::TimedCalls h1_ = all_.group("h1"), h2_ = all_.group("h2");
};

TEST_F(BoundedCalls, ANodeWhoseCallsHangIsAskedNoMoreUntilOneEnds) {
  EXPECT_FALSE(h1_.run(kShort, hang()));
  EXPECT_FALSE(h1_.run(kShort, hang()));
  const auto refused = h1_.run(kLong, answer());
  ASSERT_TRUE(refused) << "at once, not after the limit";
  ASSERT_FALSE(*refused);
  EXPECT_EQ(refused->error().fault, ports::CallFault::kUnreachable);
  EXPECT_EQ(refused->error().message, "h1: 2 calls to its libvirtd hang already; none is made until one of them ends");
  EXPECT_EQ(**h2_.run(kLong, answer()), 7) << "another node has nothing to do with it";
  release_->set(1);
  EXPECT_TRUE(wait_for([&] {
    const auto again = h1_.run(kLong, answer());
    return again && *again;
  }));
}

TEST_F(BoundedCalls, ThereAreNoMoreThreadsThanMayBeAndTheRefusalSaysSo) {
  std::vector<std::shared_ptr<Pending<Answer>>> begun;
  for (int i = 0; i < 6; ++i) begun.push_back(h1_.begin<Answer>(hang()));
  const auto refused = h2_.run(kLong, answer());
  ASSERT_TRUE(refused);
  ASSERT_FALSE(*refused);
  EXPECT_EQ(refused->error().message, "h2: no thread is to be had for another call: 6 of at most 6 run");
  EXPECT_EQ(h2_.run<bool>(kLong, [] { return true; }), std::nullopt) << "a result that cannot say it is missing";
  EXPECT_EQ(all_.threads(), 6);
}

TEST_F(BoundedCalls, WhatIsOnlyToBeDoneWaitsForAThread) {
  for (int i = 0; i < 6; ++i) h1_.begin<Answer>(hang());
  auto done = std::make_shared<std::atomic<bool>>(false);
  h2_.spawn([done] { *done = true; });
  EXPECT_FALSE(*done);
  release_->set(1);
  EXPECT_TRUE(wait_for([&] { return done->load(); }));
}

TEST_F(BoundedCalls, ACallThatIsSlowAndNotGivenUpDoesNotCountAsHung) {
  for (int i = 0; i < 3; ++i) h1_.begin<Answer>(hang());
  EXPECT_EQ(**h1_.run(kLong, answer()), 7);
}

}  // namespace
}  // namespace hotspot::virt
