// Windows of time, also where clocks are put forward and back, and what the planner makes of them.
#include "actuator/plan/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/berlin.h"
#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using hotspot::testing::at;
using hotspot::testing::berlin;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr Milliseconds kOneMinute{60'000};

Window window(std::vector<int> days, int from_hour, int to_hour, std::vector<ActionKind> actions = {}) {
  return {.days = std::move(days),
          .from_minute = from_hour * 60,
          .to_minute = to_hour * 60,
          .actions = std::move(actions),
          .rules = {},
          .zone = std::make_shared<model::TimeZone>(berlin())};
}
Window half_past_two_to_quarter_to_three() {
  Window one = window({}, 2, 2);
  one.from_minute += 30;
  one.to_minute += 45;
  return one;
}
// Mon to Fri, 22:00 to 06:00.
Windows by_night() { return {.allow = {window({1, 2, 3, 4, 5}, 22, 6, {ActionKind::kMigrate})}, .deny = {}}; }

std::string said(const Windows& windows, const char* now, Milliseconds length = Milliseconds(0),
                 ActionKind kind = ActionKind::kMigrate) {
  const auto refusal = window_refusal(windows, {kind, "R", length}, at(now));
  return refusal ? refusal->message : "";
}

TEST(Windows, LeaveFreeWhatNoneOfThemNames) {
  EXPECT_EQ(said(by_night(), "2026-07-01 12:00", {}, ActionKind::kGrow), "");
  EXPECT_EQ(said({}, "2026-07-01 12:00"), "");
}

TEST(Windows, SayWhenTheNextOneOpens) {
  EXPECT_EQ(said(by_night(), "2026-07-01 12:00"), "outside the window for migrations; the next opens 22:00 CEST");
  EXPECT_EQ(said(by_night(), "2026-07-04 12:00"), "outside the window for migrations; the next opens Mon 22:00 CEST");
}

TEST(Windows, GoOnPastMidnightIntoADayThatTheyDoNotName) {
  EXPECT_EQ(said(by_night(), "2026-07-04 03:59"), "") << "Friday's night, Saturday 05:59";
  EXPECT_NE(said(by_night(), "2026-07-04 04:00"), "");
  EXPECT_NE(said(by_night(), "2026-07-04 21:00"), "") << "Saturday's night";
}

TEST(Windows, BeginNothingThatWouldEndAfterThem) {
  EXPECT_EQ(said(by_night(), "2026-07-02 03:50", 10 * kOneMinute), "");
  EXPECT_EQ(said(by_night(), "2026-07-02 03:50", 11 * kOneMinute),
            "it would take 11 min, but the window for migrations closes 06:00 CEST; the next opens 22:00 CEST");
}

TEST(Windows, AreClosedWhereADenyWindowIsOpen) {
  Windows windows = by_night();
  windows.deny = {window({3}, 23, 1)};
  EXPECT_EQ(said(windows, "2026-07-01 20:30"), "");
  EXPECT_EQ(said(windows, "2026-07-01 21:30"), "outside the window for migrations; the next opens Thu 01:00 CEST");
  EXPECT_NE(said(windows, "2026-07-01 20:30", 40 * kOneMinute), "");
  EXPECT_NE(said(windows, "2026-07-01 21:30", {}, ActionKind::kGrow), "") << "it names no kind: all";
}

TEST(Windows, ThatFollowOneAnotherAreOne) {
  const Windows windows{.allow = {window({}, 0, 12), window({}, 12, 24)}, .deny = {}};
  EXPECT_EQ(said(windows, "2026-07-01 09:50", 30 * kOneMinute), "");
}

TEST(Windows, AreAsLongAsTheClocksOfThePlaceSay) {
  // 02:30 to 02:45 comes twice on that Sunday in October: from the first 02:30 to the second 02:45.
  const Windows windows{.allow = {half_past_two_to_quarter_to_three()}, .deny = {}};
  EXPECT_NE(said(windows, "2026-10-25 00:29"), "");
  EXPECT_EQ(said(windows, "2026-10-25 00:30"), "");
  EXPECT_EQ(said(windows, "2026-10-25 01:44"), "");
  EXPECT_NE(said(windows, "2026-10-25 01:45"), "");
  // By night the clocks are put back: an hour longer.
  Windows night{.allow = {window({}, 22, 6)}, .deny = {}};
  EXPECT_EQ(said(night, "2026-10-24 20:00", std::chrono::hours(9)), "");
  EXPECT_NE(said(night, "2026-10-24 20:00", std::chrono::hours(9) + kOneMinute), "");
  // Forward: an hour shorter.
  EXPECT_EQ(said(night, "2026-03-28 21:00", std::chrono::hours(7)), "");
  EXPECT_NE(said(night, "2026-03-28 21:00", std::chrono::hours(7) + kOneMinute), "");
}

TEST(Windows, DoNotComeOnADayWhoseClocksSkipThem) {
  const Windows windows{.allow = {half_past_two_to_quarter_to_three()}, .deny = {}};
  EXPECT_EQ(said(windows, "2026-03-29 01:00"), "outside the window for migrations; the next opens Mon 02:30 CEST");
  EXPECT_EQ(said(windows, "2026-03-28 02:00"), "outside the window for migrations; the next opens Mon 02:30 CEST");
}

TEST(Windows, BindOnlyTheRulesThatTheyName) {
  Windows windows = by_night();
  windows.allow[0].rules = {"NodeCpuHot"};
  EXPECT_TRUE(window_refusal(windows, {ActionKind::kMigrate, "NodeCpuHot"}, at("2026-07-01 12:00")));
  EXPECT_FALSE(window_refusal(windows, {ActionKind::kMigrate, "DomainCpuHot"}, at("2026-07-01 12:00")));
}

// kNow of the rounds is 2027-01-15 08:00 UTC, a Friday.
Windows never_by_day() {
  Window one = window({}, 20, 21, {ActionKind::kMigrate});
  one.zone = std::make_shared<model::TimeZone>();
  return {.allow = {one}, .deny = {}};
}

TEST(Windows, LetADomainGrowInPlaceWhileItMayNotMove) {
  Round round({node("h1").cpu(0.6).with(domain("a").cpu(0.95)), node("h2")});
  const Windows windows = never_by_day();
  round.restraints.windows = &windows;
  round.domain_fires("a", {rules::Migrate{}, rules::ScaleVcpus{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "vCPUs 1 → 2") << explain(decision);
  EXPECT_THAT(refusals_of(decision),
              Contains(HasSubstr("outside_window, outside the window for migrations; the next opens 20:00 UTC")));
}

TEST(Windows, KeepAMigrationThatWouldTakeTooLongFromBeginning) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(0.95).vcpus(2, 2)), node("h2")});
  Window one = never_by_day().allow[0];
  one.from_minute = 8 * 60;
  one.to_minute = 8 * 60 + 1;
  Windows windows{.allow = {one}, .deny = {}};
  round.restraints.windows = &windows;
  round.now = kNow;
  round.node_fires("h1", {rules::Migrate{}});
  const Decision begun = round.only();
  ASSERT_EQ(step_of(begun), "migrate to h2") << explain(begun);
  EXPECT_EQ(begun.action->expected.at(kExpectedWindowCloses), to_unix_seconds(kNow + kOneMinute));
  windows.allow[0].from_minute = 7 * 60;
  windows.allow[0].to_minute = 8 * 60;
  windows.allow.push_back(one);
  windows.allow[1].to_minute = 8 * 60 + 1;
  round.now = kNow + kOneMinute - Milliseconds(500);
  round.freshness.min_max_age = std::chrono::hours(1);
  const Decision refused = round.only();
  EXPECT_THAT(refusals_of(refused), Contains(HasSubstr("the window for migrations closes 08:01 UTC")))
      << explain(refused);
}

}  // namespace
}  // namespace hotspot::plan
