// A guest that suffers from a shrink gets its memory back, also after the watch, and what it needs is remembered.
#include "actuator/loop/memory_care.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;
using model::ActionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MemoryCareTest : public ::testing::Test {
 protected:
  MemoryCareTest() {
    shrink_.id = "1-a0";
    shrink_.domain_uuid = uuid_of("a");
    shrink_.domain_name = "a";
    shrink_.node_uuid = uuid_of("h1");
    shrink_.node_name = "h1";
    shrink_.step = model::SetBalloon{144 * kMebibyte, 128 * kMebibyte};
    rule_.name = "Grow";
    rule_.remedies = {rules::ScaleMemory{.by_bytes = 16 * kMebibyte}};
  }
  void second(std::int64_t used_mib, std::int64_t balloon_mib) {
    now_ += std::chrono::seconds(1);
    cluster_.apply(node("h1")
                       .at(now_, ++sequence_)
                       .with(domain("a")
                                 .memory(balloon_mib * kMebibyte, 512 * kMebibyte)
                                 .used(static_cast<double>(used_mib) / static_cast<double>(balloon_mib))),
                   now_);
    care_.saw(*cluster_.find_node(uuid_of("h1")), cluster_);
  }
  void note(const model::Action& action, ActionState state) {
    care_.note(
        {.action = action, .state = state, .at = now_, .token = 1, .message = "", .figures = {}, .stream_id = ""},
        cluster_);
    std::erase_if(in_flight_, [&](const auto& entry) { return entry.action.id == action.id; });
    if (!model::is_final(state)) in_flight_.push_back({action, state});
  }
  MemoryCare::News advance(rules::Mode mode = rules::Mode::kEnforce) {
    return care_.advance(
        {.firings = firings_, .in_flight = in_flight_, .cluster = cluster_, .mode = mode, .now = now_, .token = 7});
  }
  void shrink_is_done() {
    for (int i = 0; i < 5; ++i) second(40, 144);
    note(shrink_, ActionState::kIntent);
    for (int i = 0; i < 5; ++i) second(40, 128);
    note(shrink_, ActionState::kDone);
  }
  // The guest fills up, and at the next reading a process is gone.
  void a_process_is_killed(std::int64_t balloon_mib = 128) {
    second(balloon_mib - 8, balloon_mib);
    second(30, balloon_mib);
  }
  std::int64_t floor_mib() const {
    const model::DomainMemory* known = care_.peaks().find(uuid_of("a"));
    return known == nullptr || !known->floor ? 0 : known->floor->bytes / kMebibyte;
  }
  std::vector<std::string> said(const MemoryCare::News& news) const {
    std::vector<std::string> all;
    for (const FailedShrink& one : news.failed) all.push_back(one.subject + ": " + one.sentence);
    return all;
  }

  MemoryCare care_{{}};
  model::Cluster cluster_;
  model::Action shrink_;
  rules::Rule rule_;
  std::vector<rules::Firing> firings_;
  std::vector<plan::InFlight> in_flight_;
  WallTime now_ = kNow;
  std::uint64_t sequence_ = 0;
};

TEST_F(MemoryCareTest, AKillWithinTheWatchGivesTheMemoryBack) {
  second(40, 144);
  note(shrink_, ActionState::kVerifying);
  second(40, 128);
  EXPECT_THAT(advance().give_back, IsEmpty());
  a_process_is_killed();
  const auto news = advance();
  ASSERT_THAT(news.give_back, SizeIs(1));
  EXPECT_EQ(news.give_back.front().first, "1-a0");
  EXPECT_THAT(news.give_back.front().second, HasSubstr("a process was killed for want of it, or gave up"));
}

TEST_F(MemoryCareTest, AKillSoonAfterAShrinkThatWasDoneRollsItBack) {
  shrink_is_done();
  now_ += std::chrono::minutes(9);
  second(40, 128);
  a_process_is_killed();
  const auto news = advance();
  ASSERT_THAT(news.undo, SizeIs(1));
  const model::Action& undo = news.undo.front();
  EXPECT_EQ(undo.id, "1-a0-back7");
  EXPECT_EQ(undo.undoes, "1-a0");
  EXPECT_EQ(model::describe(undo.step), "balloon 128 MiB → 144 MiB");
  note(undo, ActionState::kIntent);
  const auto after = advance();
  EXPECT_THAT(after.undo, IsEmpty()) << "once";
  EXPECT_THAT(said(after),
              ElementsAre(HasSubstr("domain a on h1: a: the shrink 1-a0 failed: a has 90 MiB less in use at "
                                    "once")));
  EXPECT_EQ(floor_mib(), 144);
  EXPECT_EQ(care_.failed_shrinks(), 1u);
}

TEST_F(MemoryCareTest, AKillLongAfterAShrinkIsNotItsFault) {
  shrink_is_done();
  now_ += std::chrono::minutes(11);
  second(40, 128);
  a_process_is_killed();
  const auto news = advance();
  EXPECT_THAT(news.undo, IsEmpty());
  EXPECT_THAT(said(news), IsEmpty());
}

TEST_F(MemoryCareTest, OutsideEnforceAKillIsSaidAndRememberedAndNothingIsDone) {
  shrink_is_done();
  a_process_is_killed();
  const auto news = advance(rules::Mode::kRecommend);
  EXPECT_THAT(news.undo, IsEmpty());
  EXPECT_THAT(said(news), ElementsAre(HasSubstr("it keeps 144 MiB for 24 h")));
  EXPECT_EQ(floor_mib(), 144);
}

TEST_F(MemoryCareTest, AGuestThatHasItsMemoryBackAlreadyIsLeftAlone) {
  shrink_is_done();
  a_process_is_killed(144);
  EXPECT_THAT(advance().undo, IsEmpty());
  EXPECT_EQ(floor_mib(), 144);
}

TEST_F(MemoryCareTest, ARuleThatWouldGiveMemoryEndsAShrinkThatIsUnderWay) {
  second(40, 144);
  note(shrink_, ActionState::kVerifying);
  rules::Firing firing;
  firing.rule = &rule_;
  firing.subject = {rules::SubjectKind::kDomain, uuid_of("h1"), uuid_of("a"), {}};
  firings_ = {firing};
  const auto news = advance();
  ASSERT_THAT(news.give_back, SizeIs(1));
  EXPECT_EQ(news.give_back.front().second, "a needs it by now: Grow fires");
}

TEST_F(MemoryCareTest, AGuestThatHasToBeGivenMemoryAgainKeepsIt) {
  shrink_is_done();
  model::Action growth = shrink_;
  growth.id = "2-a0";
  growth.rule = "Grow";
  growth.step = model::SetBalloon{128 * kMebibyte, 144 * kMebibyte};
  now_ += std::chrono::minutes(2);
  note(growth, ActionState::kDone);
  EXPECT_THAT(said(advance()), ElementsAre(HasSubstr("failed: a had to be given memory again 2 min later (Grow)")));
  EXPECT_EQ(floor_mib(), 144);
}

TEST_F(MemoryCareTest, WhoTakesOverKnowsTheShrinkAndDoesNotTellOldFailuresAgain) {
  shrink_is_done();
  MemoryCare next{{}};
  model::Action undo = shrink_;
  undo.id = "0-a0-back1";
  undo.undoes = "0-a0";
  undo.step = model::SetBalloon{128 * kMebibyte, 160 * kMebibyte};
  undo.reason = "rolls back 0-a0: a swaps in 1 MiB a second";
  const auto entry = [&](const model::Action& action, ActionState state) {
    return ports::JournalEntry{
        .action = action, .state = state, .at = now_, .token = 1, .message = "", .figures = {}, .stream_id = ""};
  };
  ASSERT_TRUE(next.restore(care_.durable(now_), now_));
  next.restore({entry(undo, ActionState::kIntent), entry(undo, ActionState::kDone),
                entry(shrink_, ActionState::kStarted), entry(shrink_, ActionState::kDone)},
               cluster_);
  care_ = std::move(next);
  EXPECT_EQ(floor_mib(), 160);
  second(40, 128);
  a_process_is_killed();
  const auto news = advance();
  EXPECT_THAT(said(news), IsEmpty());
  ASSERT_THAT(news.undo, SizeIs(1));
  EXPECT_EQ(news.undo.front().undoes, "1-a0");
}

TEST_F(MemoryCareTest, KeepsWhatItKnowsInTheStateAndWritesItOnceAMinute) {
  second(40, 144);
  const auto fields = care_.durable(now_);
  EXPECT_THAT(fields, SizeIs(1));
  second(140, 144);
  EXPECT_EQ(care_.durable(now_), fields);
  now_ += std::chrono::minutes(1);
  EXPECT_NE(care_.durable(now_), fields);
  MemoryCare next{{}};
  EXPECT_FALSE(next.restore({{"memory:0", "junk"}}, now_));
}

}  // namespace
}  // namespace hotspot::loop
