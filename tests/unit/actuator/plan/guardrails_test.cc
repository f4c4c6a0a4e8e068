// Cooldowns: how long, how they double, when they are forgotten, and how they outlive a restart.
#include "actuator/plan/guardrails.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::plan {
namespace {

using hotspot::testing::kNow;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

Milliseconds left(const CooldownBook& book, const std::string& domain, WallTime now) {
  const auto found = book.entries().find(domain);
  return found == book.entries().end() ? Milliseconds(0) : found->second.until - now;
}

TEST(CooldownBook, LetsADomainThatItDoesNotKnowBeTouched) { EXPECT_FALSE(CooldownBook().refusal("a", kNow)); }

TEST(CooldownBook, KeepsADomainAloneUntilTheTimeIsUp) {
  CooldownBook book;
  book.note({"a", kNow, minutes(15)}, {});
  const auto refusal = book.refusal("a", kNow + minutes(5));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->kind, model::RefusalKind::kInCooldown);
  EXPECT_EQ(refusal->message, "cools down for another 10 min after 1 action");
  EXPECT_TRUE(book.refusal("a", kNow + minutes(15) - Milliseconds(1)));
  EXPECT_FALSE(book.refusal("a", kNow + minutes(15)));
  EXPECT_FALSE(book.refusal("b", kNow)) << "another domain";
}

TEST(CooldownBook, DoublesWithEachActionWithinTheWindow) {
  CooldownBook book;
  WallTime now = kNow;
  for (const minutes expected : {minutes(15), minutes(30), minutes(60), minutes(120)}) {
    book.note({"a", now, minutes(15)}, {});
    EXPECT_EQ(left(book, "a", now), expected);
    now += expected;
  }
  EXPECT_THAT(book.refusal("a", now - seconds(30))->message, HasSubstr("another 30 s after 4 actions"));
}

model::Action ended(model::Step step) {
  model::Action action;
  action.step = std::move(step);
  return action;
}

TEST(CooldownBook, DoesNotDoubleForAGuestThatIsFollowedUpAndDown) {
  CooldownBook book;
  WallTime now = kNow;
  for (int i = 0; i < 100; ++i) {
    const model::Step step = i % 2 ? model::SetBalloon{100, 200} : model::SetBalloon{200, 100};
    book.note({"a", now, minutes(1), cooldown_after(ended(step), model::ActionState::kDone)}, {});
    EXPECT_EQ(left(book, "a", now), minutes(1));
    now += minutes(1);
  }
}

TEST(CooldownBook, LetsAGuestGrowDuringTheRestAfterAShrink) {
  CooldownBook book;
  book.note({"a", kNow, minutes(30), cooldown_after(ended(model::SetBalloon{200, 100}), model::ActionState::kDone)},
            {});
  EXPECT_TRUE(book.refusal("a", kNow));
  EXPECT_FALSE(book.refusal("a", kNow, Wish::kGrow));
}

TEST(CooldownBook, RestsTwiceAsLongAfterAShrinkThatHadToBeRolledBackAndLongerAfterEach) {
  CooldownBook book;
  for (const minutes expected : {minutes(60), minutes(120), minutes(240)}) {
    book.note(
        {"a", kNow, minutes(30), cooldown_after(ended(model::SetBalloon{200, 100}), model::ActionState::kAborted)}, {});
    EXPECT_EQ(left(book, "a", kNow), expected);
  }
  EXPECT_FALSE(book.refusal("a", kNow, Wish::kGrow));
}

TEST(CooldownBook, NeverLastsLongerThanTheCap) {
  CooldownBook book;
  for (int i = 0; i < 100; ++i) book.note({"a", kNow, minutes(15)}, {});
  EXPECT_EQ(left(book, "a", kNow), hours(6));
  book.note({"b", kNow, hours(100)}, {});
  EXPECT_EQ(left(book, "b", kNow), hours(6)) << "the base of a rule is capped too";
}

TEST(CooldownBook, BeginsAnewOnceTheWindowHasPassed) {
  const Limits limits{.cooldown_window = hours(24)};
  CooldownBook book;
  book.note({"a", kNow, minutes(15)}, limits);
  book.note({"a", kNow + hours(24), minutes(15)}, limits);
  EXPECT_EQ(book.entries().at("a").repetitions, 2) << "just within the window";
  book.note({"a", kNow + hours(49), minutes(15)}, limits);
  EXPECT_EQ(book.entries().at("a").repetitions, 1);
  EXPECT_EQ(left(book, "a", kNow + hours(49)), minutes(15));
}

TEST(CooldownBook, IsNeverShortenedByAnotherRulesShorterOne) {
  CooldownBook book;
  book.note({"a", kNow, hours(2)}, {});
  book.note({"a", kNow + minutes(1), seconds(10)}, {});
  EXPECT_EQ(left(book, "a", kNow), hours(2));
}

TEST(CooldownBook, ForgetsWhatIsOverAndOutOfTheWindow) {
  const Limits limits{.cooldown_window = hours(24)};
  CooldownBook book;
  book.note({"a", kNow, minutes(15)}, limits);
  book.forget_expired(kNow + hours(24), limits);
  EXPECT_EQ(book.entries().size(), 1u) << "the repetition still counts";
  book.forget_expired(kNow + hours(24) + Milliseconds(1), limits);
  EXPECT_TRUE(book.entries().empty());
}

TEST(CooldownBook, OutlivesARestart) {
  CooldownBook before;
  before.note({"a", kNow, minutes(15)}, {});
  before.note({"a", kNow + minutes(15), minutes(15)}, {});
  before.note({"b", kNow + seconds(1), minutes(1)}, {});
  CooldownBook after;
  after.restore(before.entries());
  EXPECT_EQ(after.entries(), before.entries());
  after.note({"a", kNow + minutes(45), minutes(15)}, {});
  EXPECT_EQ(left(after, "a", kNow + minutes(45)), hours(1)) << "and doubling goes on";
}

TEST(CooldownBook, AnEmptyTextIsNoCooldown) {
  CooldownBook book;
  book.note({"a", kNow, minutes(15)}, {});
  EXPECT_TRUE(book.restore(""));
  EXPECT_TRUE(book.entries().empty());
}

TEST(CooldownBook, RefusesATextThatIsNotItsOwnAndKeepsWhatItKnew) {
  for (const std::string text : {"a", "a 1 2", "a x 1 2", "a 1 -1 2", "a 1 1 2\n\nb 1 1 2", "{}"}) {
    CooldownBook book;
    book.note({"known", kNow, minutes(15)}, {});
    const auto restored = book.restore(text);
    ASSERT_FALSE(restored) << text;
    EXPECT_THAT(restored.error().message, HasSubstr("is not a cooldown")) << text;
    EXPECT_TRUE(book.refusal("known", kNow)) << text;
  }
}

TEST(CooldownBook, RestsForAsLongAsItShouldWhenTheClockIsSetBack) {
  CooldownBook book;
  book.note({"a", kNow + hours(1), minutes(15)}, {});
  book.forget_expired(kNow, {});
  EXPECT_EQ(left(book, "a", kNow), minutes(15));
  EXPECT_FALSE(book.refusal("a", kNow + minutes(15)));
}

}  // namespace
}  // namespace hotspot::plan
