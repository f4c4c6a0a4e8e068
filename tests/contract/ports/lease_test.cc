// What every Lease promises.
#include <gtest/gtest.h>

#include "tests/contract/ports/store_body.h"

namespace hotspot::contract {
namespace {

constexpr Milliseconds kLong{60'000};  // does not run out during a test
constexpr Milliseconds kShort{150};    // runs out within a test

class LeaseContract : public ::testing::TestWithParam<StoreMaker> {
 protected:
  std::unique_ptr<StoreBody> store_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, LeaseContract, ::testing::ValuesIn(kStores),
                         [](const auto& body) { return body.param.name; });

TEST_P(LeaseContract, IsTakenByTheFirstAndRefusedToTheSecond) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  const auto taken = first->acquire_or_renew();
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->held);
  EXPECT_EQ(taken->holder, "a");
  EXPECT_GT(taken->token, 0);
  const auto refused = second->acquire_or_renew();
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->held);
  EXPECT_EQ(refused->holder, "a");
  EXPECT_EQ(refused->token, taken->token);
  EXPECT_EQ(refused->held_until, Milliseconds(0));
}

TEST_P(LeaseContract, RenewingKeepsTheToken) {
  const auto lease = store_->lease("a", kLong);
  const auto taken = lease->acquire_or_renew();
  const auto renewed = lease->acquire_or_renew();
  ASSERT_TRUE(taken && renewed);
  EXPECT_TRUE(renewed->held);
  EXPECT_EQ(renewed->token, taken->token);
  EXPECT_GE(renewed->held_until, taken->held_until);
}

TEST_P(LeaseContract, HoldsForItsDurationFromBeforeItWasAsked) {
  const auto lease = store_->lease("a", kLong);
  const Milliseconds before = store_->steady();
  const auto taken = lease->acquire_or_renew();
  const Milliseconds after = store_->steady();
  ASSERT_TRUE(taken);
  EXPECT_GE(taken->held_until, before + kLong);
  EXPECT_LE(taken->held_until, after + kLong);
  EXPECT_EQ(lease->duration(), kLong);
}

TEST_P(LeaseContract, PassesOnWithAHigherTokenWhenItRunsOut) {
  const auto first = store_->lease("a", kShort), second = store_->lease("b", kLong);
  const auto taken = first->acquire_or_renew();
  ASSERT_TRUE(taken);
  store_->let_time_pass(kShort + Milliseconds(50));
  const auto passed = second->acquire_or_renew();
  ASSERT_TRUE(passed);
  EXPECT_TRUE(passed->held);
  EXPECT_GT(passed->token, taken->token);
  const auto late = first->acquire_or_renew();
  ASSERT_TRUE(late);
  EXPECT_FALSE(late->held);
  EXPECT_EQ(late->holder, "b");
}

TEST_P(LeaseContract, TheTokenRisesAlsoForTheSameHolder) {
  const auto lease = store_->lease("a", kShort);
  const auto before = lease->acquire_or_renew();
  store_->let_time_pass(kShort + Milliseconds(50));
  const auto after = lease->acquire_or_renew();
  ASSERT_TRUE(before && after);
  EXPECT_TRUE(after->held);
  EXPECT_GT(after->token, before->token);
}

TEST_P(LeaseContract, ReleasingLetsAnotherTakeItAtOnce) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  const auto taken = first->acquire_or_renew();
  first->release();
  const auto passed = second->acquire_or_renew();
  ASSERT_TRUE(taken && passed);
  EXPECT_TRUE(passed->held);
  EXPECT_GT(passed->token, taken->token);
}

TEST_P(LeaseContract, ReleasingWhatAnotherHoldsChangesNothing) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  const auto taken = first->acquire_or_renew();
  second->release();
  const auto renewed = first->acquire_or_renew();
  ASSERT_TRUE(taken && renewed);
  EXPECT_TRUE(renewed->held);
  EXPECT_EQ(renewed->token, taken->token);
}

TEST_P(LeaseContract, TwoOfTheSameNameAreStillTwo) {
  const auto first = store_->lease("a", kLong), second = store_->lease("a", kLong);
  ASSERT_TRUE(first->acquire_or_renew());
  const auto refused = second->acquire_or_renew();
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->held);
}

TEST_P(LeaseContract, LookingTakesNothingButExtendsWhatIsHeld) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  const auto free = first->acquire_or_renew(ports::LeaseWish::kLook);
  ASSERT_TRUE(free);
  EXPECT_FALSE(free->held);
  EXPECT_EQ(free->holder, "");
  ASSERT_TRUE(second->acquire_or_renew());
  EXPECT_TRUE(second->acquire_or_renew(ports::LeaseWish::kLook)->held);
}

TEST_P(LeaseContract, TellsWhoTakesPartAndHowManyEachLeads) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  first->announce(3);
  ASSERT_TRUE(first->acquire_or_renew());
  second->announce(1);
  const auto seen = second->acquire_or_renew();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->members, (std::vector<ports::Member>{{"a", 3}, {"b", 1}}));
  ASSERT_TRUE(seen->runs_out_in);
  EXPECT_LE(*seen->runs_out_in, kLong);
  EXPECT_GT(*seen->runs_out_in, kLong - Milliseconds(5000));
  first->release();
  EXPECT_EQ(second->acquire_or_renew()->members, (std::vector<ports::Member>{{"b", 1}}));
}

TEST_P(LeaseContract, ForgetsAMemberThatHasNotAskedForLong) {
  const auto first = store_->lease("a", kShort), second = store_->lease("b", kShort);
  ASSERT_TRUE(first->acquire_or_renew());
  store_->let_time_pass(kShort * 2);
  EXPECT_EQ(second->acquire_or_renew()->members, (std::vector<ports::Member>{{"b", 0}}));
}

TEST_P(LeaseContract, WhoTakesNoPartIsToldOfAndIsNoMember) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  first->abstain("waits until its rules\nare right");
  second->abstain("waits too");
  auto told = store_->abstentions();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].holder, "a");
  EXPECT_EQ(told[0].why, "waits until its rules are right") << "one line";
  EXPECT_EQ(told[1].why, "waits too");
  first->abstain("still waits");
  second->abstain("");
  told = store_->abstentions();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].why, "still waits");
  EXPECT_EQ(second->acquire_or_renew()->members, (std::vector<ports::Member>{{"b", 0}}));
}

TEST_P(LeaseContract, GoesOnUnderItsTokenWhereTheStoreLostEverything) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  const auto taken = first->acquire_or_renew();
  store_->lose_everything();
  const auto again = first->acquire_or_renew();
  ASSERT_TRUE(taken && again);
  EXPECT_TRUE(again->held);
  EXPECT_EQ(again->token, taken->token);
  EXPECT_FALSE(taken->was_lost);
  EXPECT_TRUE(again->was_lost);
  EXPECT_FALSE(first->acquire_or_renew()->was_lost) << "it is there again";
  EXPECT_FALSE(second->acquire_or_renew()->held);
}

TEST_P(LeaseContract, DoesNotGoOnWhereAnotherHasLedSince) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  const auto taken = first->acquire_or_renew();
  store_->lose_everything();
  const auto passed = second->acquire_or_renew();
  ASSERT_TRUE(taken && passed);
  ASSERT_TRUE(passed->held);
  EXPECT_FALSE(first->acquire_or_renew()->held);
  second->release();
  const auto later = first->acquire_or_renew();
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->held);
  EXPECT_GT(later->token, passed->token);
}

TEST_P(LeaseContract, WhoTakesOnlyWhatWasGivenBackLeavesALostKeyToItsHolder) {
  const auto first = store_->lease("a", kLong), second = store_->lease("b", kLong);
  ASSERT_TRUE(first->acquire_or_renew());
  store_->lose_everything();
  EXPECT_FALSE(second->acquire_or_renew(ports::LeaseWish::kTakeIfGivenBack)->held);
  ASSERT_TRUE(first->acquire_or_renew()->held);
  first->release();
  EXPECT_TRUE(second->acquire_or_renew(ports::LeaseWish::kTakeIfGivenBack)->held);
}

TEST_P(LeaseContract, SaysSoWhenTheStoreIsAway) {
  const auto lease = store_->lease("a", kLong);
  ASSERT_TRUE(lease->acquire_or_renew());
  store_->cut_off();
  const auto lost = lease->acquire_or_renew();
  ASSERT_FALSE(lost);
  EXPECT_FALSE(lost.error().message.empty());
  lease->release();  // must not hang or crash
}

}  // namespace
}  // namespace hotspot::contract
