// Changes from snapshot to snapshot: what somebody else did, and what we did ourselves.
#include "actuator/plan/external_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using model::ActionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Milliseconds kSecond{1000};
constexpr Milliseconds kMinute{60'000};

class ExternalChangesTest : public ::testing::Test {
 protected:
  // A snapshot of the node after so much time; what others changed, as texts.
  std::vector<std::string> snapshot(Milliseconds after, hotspot::testing::NodeBuilder built) {
    now_ += after;
    telemetry::NodeSnapshot sent = built.at(now_, ++sequence_);
    const std::string uuid = sent.node.uuid;
    cluster_.apply(std::move(sent), now_);
    return texts(watch_.look(*cluster_.find_node(uuid), cluster_));
  }
  std::vector<std::string> texts(std::vector<ExternalChange> changes) const {
    std::vector<std::string> lines;
    for (const ExternalChange& change : changes) {
      if (!watch_.is_own(change)) lines.push_back(change.domain_name + " " + describe(change));
    }
    return lines;
  }
  static hotspot::testing::DomainBuilder vm() { return domain("a").vcpus(2, 4); }
  model::Action action(model::Step step) const {
    model::Action one;
    one.id = "1-1-a0";
    one.domain_uuid = uuid_of("a");
    one.node_uuid = uuid_of("h1");
    one.step = std::move(step);
    one.planned_at = now_;
    return one;
  }

  WallTime now_ = kNow;
  std::uint64_t sequence_ = 0;
  model::Cluster cluster_;
  ExternalChanges watch_;
};

TEST_F(ExternalChangesTest, SaysWhatSomebodyElseChanged) {
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm())), IsEmpty()) << "what is found first is nobody's change";
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(4, 4))), ElementsAre("a vCPUs 2 → 4"));
  EXPECT_THAT(snapshot(3 * kMinute, node("h1").with(vm().vcpus(4, 4))), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(4, 4).memory(kGibibyte, kGibibyte))),
              ElementsAre("a balloon 512 MiB → 1 GiB"));
}

TEST_F(ExternalChangesTest, KnowsItsOwnDoingWhileItIsUnderWayAndAWhileAfter) {
  snapshot(kSecond, node("h1").with(vm()));
  watch_.note_own(action(model::SetVcpus{2, 3}), ActionState::kIntent, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(3, 4))), IsEmpty());
  watch_.note_own(action(model::SetVcpus{2, 3}), ActionState::kFailed, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(2, 4))), IsEmpty()) << "we may have taken it back";
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(4, 4))), ElementsAre("a vCPUs 2 → 4"))
      << "not to that number";
  snapshot(10 * kMinute, node("h1").with(vm().vcpus(4, 4)));
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(3, 4))), ElementsAre("a vCPUs 4 → 3")) << "too late";
}

TEST_F(ExternalChangesTest, KnowsEachVcpuOfSeveralThatItPlugsOrUnplugs) {
  snapshot(kSecond, node("h1").with(vm().vcpus(4, 4)));
  watch_.note_own(action(model::SetVcpus{4, 2}), ActionState::kStarted, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(3, 4))), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(2, 4))), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(1, 4))), ElementsAre("a vCPUs 2 → 1")) << "more than ours";
}

TEST_F(ExternalChangesTest, KnowsItsOwnUnplugThatStoppedHalfWay) {
  snapshot(kSecond, node("h1").with(vm().vcpus(4, 4)));
  watch_.note_own(action(model::SetVcpus{4, 2}), ActionState::kFailed, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(3, 4))), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(4, 4))), IsEmpty()) << "it may have been taken back";
}

TEST_F(ExternalChangesTest, TakesWhoeverTakesBackWhatItHasDoneForSomebodyElse) {
  snapshot(kSecond, node("h1").with(vm()));
  watch_.note_own(action(model::SetVcpus{2, 3}), ActionState::kIntent, now_);
  snapshot(kSecond, node("h1").with(vm().vcpus(3, 4)));
  watch_.note_own(action(model::SetVcpus{2, 3}), ActionState::kDone, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(2, 4))), ElementsAre("a vCPUs 3 → 2"));
}

TEST_F(ExternalChangesTest, TakesWhoeverMovesADomainBackForSomebodyElse) {
  snapshot(kSecond, node("h1").with(vm()));
  snapshot(kSecond, node("h2"));
  watch_.note_own(action(migrate_to("h2")), ActionState::kIntent, now_);
  snapshot(kSecond, node("h1"));
  EXPECT_THAT(snapshot(kSecond, node("h2").with(vm())), IsEmpty());
  watch_.note_own(action(migrate_to("h2")), ActionState::kDone, now_);
  snapshot(kSecond, node("h2"));
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm())), ElementsAre("a moved from h2 to h1"));
}

TEST_F(ExternalChangesTest, TakesMemoryForItsOwnOnlyShortlyAfterAMigration) {
  snapshot(kSecond, node("h1").with(vm()));
  watch_.note_own(action(migrate_to("h2")), ActionState::kDone, now_);
  EXPECT_THAT(snapshot(5 * kMinute, node("h1").with(vm())), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(kGibibyte, kGibibyte))),
              ElementsAre("a balloon 512 MiB → 1 GiB"));
}

TEST_F(ExternalChangesTest, TakesNothingForTheDoingOfWhatItSkipped) {
  snapshot(kSecond, node("h1").with(vm()));
  watch_.note_own(action(model::SetVcpus{2, 3}), ActionState::kIntent, now_);
  watch_.note_own(action(model::SetVcpus{2, 3}), ActionState::kSkipped, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(3, 4))), ElementsAre("a vCPUs 2 → 3"));
}

// Who intended it may have died before it could write that it had begun.
TEST_F(ExternalChangesTest, TakesForItsOwnWhatAnActionDidThatItFoundOpenThoughItEndsSkipped) {
  snapshot(kSecond, node("h1").with(vm().vcpus(4, 4)));
  watch_.note_own(action(model::SetVcpus{4, 2}), ActionState::kIntent, now_, ExternalChanges::Found::kAdopted);
  watch_.note_own(action(model::SetVcpus{4, 2}), ActionState::kSkipped, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(3, 4))), IsEmpty());
}

TEST_F(ExternalChangesTest, TakesEveryStepOfItsOwnShrinkAsItsOwnButNotMemoryThatComesBack) {
  snapshot(kSecond, node("h1").with(vm().memory(kGibibyte, kGibibyte)));
  snapshot(3 * kMinute, node("h1").with(vm().memory(kGibibyte, kGibibyte)));
  watch_.note_own(action(model::SetBalloon{kGibibyte, 512 * kMebibyte}), ActionState::kStarted, now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(900 * kMebibyte, kGibibyte))), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(700 * kMebibyte, kGibibyte))), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(kGibibyte, kGibibyte))),
              ElementsAre("a balloon 700 MiB → 1 GiB"));
}

TEST_F(ExternalChangesTest, AddsUpABalloonThatMovesSlowly) {
  snapshot(kSecond, node("h1").with(vm().memory(512 * kMebibyte, kGibibyte)));
  snapshot(3 * kMinute, node("h1").with(vm().memory(512 * kMebibyte, kGibibyte)));
  int told = 0;
  for (int i = 1; i <= 20; ++i)
    told +=
        static_cast<int>(snapshot(kSecond, node("h1").with(vm().memory((512 - 2 * i) * kMebibyte, kGibibyte))).size());
  EXPECT_EQ(told, 2) << "40 MiB in steps of 2";
}

TEST_F(ExternalChangesTest, LetsAGuestThatStartsOrRebootsFindItsBalloon) {
  snapshot(kSecond, node("h1"));
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(kGibibyte, kGibibyte))), IsEmpty());
  EXPECT_THAT(snapshot(kMinute, node("h1").with(vm())), IsEmpty());
  snapshot(10 * kMinute, node("h1").with(vm()));
  watch_.note_reboot(uuid_of("a"), now_);
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(kGibibyte, kGibibyte))), IsEmpty());
  EXPECT_THAT(snapshot(kMinute, node("h1").with(vm())), IsEmpty());
  EXPECT_THAT(snapshot(10 * kMinute, node("h1").with(vm())), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().memory(kGibibyte, kGibibyte))), ElementsAre(HasSubstr("balloon")));
}

TEST_F(ExternalChangesTest, SeesAMigrationOfSomebodyElseAndNotItsOwn) {
  snapshot(kSecond, node("h1").with(vm()));
  snapshot(kSecond, node("h2"));
  EXPECT_THAT(snapshot(kSecond, node("h1")), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h2").with(vm())), ElementsAre("a moved from h1 to h2"));
  watch_.note_own(action(migrate_to("h3")), ActionState::kIntent, now_);
  EXPECT_THAT(snapshot(kSecond, node("h3")), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h2")), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h3").with(vm())), IsEmpty());
  EXPECT_THAT(texts(watch_.look_for_gone(now_ + 10 * kMinute)), IsEmpty());
}

TEST_F(ExternalChangesTest, SeesThatADomainWasPausedStoppedAndStarted) {
  using telemetry::DomainState;
  snapshot(kSecond, node("h1").with(vm()));
  const auto paused = vm().state(DomainState::kPaused).set(&telemetry::DomainSample::state_reason, "by user");
  EXPECT_THAT(snapshot(kSecond, node("h1").with(paused)), ElementsAre("a paused"));
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm())), ElementsAre("a resumed"));
  snapshot(kSecond, node("h1"));
  EXPECT_THAT(texts(watch_.look_for_gone(now_ + 10 * kSecond)), IsEmpty()) << "it may be on its way to another node";
  EXPECT_THAT(texts(watch_.look_for_gone(now_ + 2 * kMinute)), ElementsAre("a stopped"));
  EXPECT_THAT(texts(watch_.look_for_gone(now_ + 3 * kMinute)), IsEmpty()) << "told once";
  EXPECT_THAT(snapshot(5 * kMinute, node("h1").with(vm())), ElementsAre("a stopped and started again"));
}

TEST_F(ExternalChangesTest, SeesAJobOfSomebodyElse) {
  snapshot(kSecond, node("h1").with(vm()));
  EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().set(&telemetry::DomainSample::job_active, true))),
              ElementsAre(HasSubstr("a job")));
}

TEST(DomainRests, KeepTheirDomainFromBeingPlannedForUntilTheyEnd) {
  Round round({node("h1").cpu(0.6).with(domain("a").cpu(0.95)), node("h2")});
  round.domain_fires("a", {rules::ScaleVcpus{}, rules::Migrate{}});
  DomainRests rests;
  rests.note(uuid_of("a"), {"a", "vCPUs 2 → 1", kNow - kMinute, kNow + kMinute});
  round.restraints.rests = &rests;
  EXPECT_THAT(refusals_of(round.only()),
              ::testing::Contains(
                  HasSubstr("changed_by_others, a rests until 08:01 UTC: somebody else changed it (vCPUs 2 → 1)")));
  rests.forget_ended(kNow + kMinute, kMinute);
  EXPECT_EQ(step_of(round.only()), "vCPUs 1 → 2");
}

TEST(DomainRests, LastNoLongerThanTheyMayWhenTheClockWasSetBack) {
  DomainRests rests;
  rests.note(uuid_of("a"), {"a", "vCPUs 2 → 1", kNow, kNow + 30 * kMinute});
  const WallTime earlier = kNow - 300 * kMinute;
  rests.forget_ended(earlier, 30 * kMinute);
  EXPECT_EQ(rests.entries().at(uuid_of("a")).until, earlier + 30 * kMinute);
  rests.forget_ended(earlier + 30 * kMinute, 30 * kMinute);
  EXPECT_THAT(rests.entries(), IsEmpty());
}

TEST_F(ExternalChangesTest, SaysNothingOfADomainThatRunsOnTwoNodesAtOnce) {
  snapshot(kSecond, node("h1").with(vm()));
  snapshot(kSecond, node("h2"));
  for (int i = 0; i < 8; ++i) {
    EXPECT_THAT(snapshot(kSecond, node("h2").with(vm())), IsEmpty());
    EXPECT_THAT(snapshot(kSecond, node("h1").with(vm().vcpus(4, 4))), IsEmpty());
  }
}

TEST_F(ExternalChangesTest, SaysThatADomainMovedOnceItsOldNodeHasItNoMore) {
  snapshot(kSecond, node("h1").with(vm()));
  snapshot(kSecond, node("h2"));
  EXPECT_THAT(snapshot(kSecond, node("h2").with(vm())), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h1")), IsEmpty());
  EXPECT_THAT(snapshot(kSecond, node("h2").with(vm())), ElementsAre("a moved from h1 to h2"));
}

}  // namespace
}  // namespace hotspot::plan
