// After a restart: a migration that is still under way is watched to its end, whoever began it.
#include "tests/unit/actuator/act/adopt_stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using telemetry::DomainState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AdoptUnderWay : public AdoptStage {};

TEST_F(AdoptUnderWay, WaitsForAMigrationThatIsStillUnderWay) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), held());
  adopt(action_of(migrate_to("h2")), ActionState::kStarted);
  ASSERT_TRUE(advance_until([&] { return hypervisor_.calls().size() >= 4; })) << "asked twice\n" << shown();
  EXPECT_THAT(journal(), ElementsAre("started"));
  ASSERT_EQ(executor_->in_flight().size(), 1u);
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts_with(1));
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "verifying: found on h2 after all");
}

TEST_F(AdoptUnderWay, EndsAMigrationThatIsStillUnderWayWhenAnOperatorAsks) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  adopt(action_of(migrate_to("h2")), ActionState::kStarted);
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(advance_until([&] { return count("cancel_job h1 uuid-a") >= 2; })) << "as long as it goes on\n"
                                                                                 << shown();
  hypervisor_.remove_domain(uuid_of("h2"), uuid_of("a"));
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(1));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_EQ(journal().back(), "aborted: an operator asked for it; a runs on h1");
}

TEST_F(AdoptUnderWay, DoesNotCloseForOneAnswerThatDidNotCome) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  hypervisor_.fail_next("look", {CallFault::kUnreachable, "h2: connection reset"});
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(advance_until([&] { return count("cancel_job h1 uuid-a") >= 2; })) << shown();
  EXPECT_EQ(executor_->in_flight().size(), 1u) << shown();
}

TEST_F(AdoptUnderWay, SaysThatAPostCopyHasFailed) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on(0, true);
  ports::DomainFacts half = held();
  half.state = DomainState::kPaused;
  half.post_copy = half.post_copy_failed = true;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), half);
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_EQ(journal().back(),
            "failed: the post-copy of a has failed: a part of it is on h1, a part on h2; see virsh migrate "
            "--postcopy-resume");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptUnderWay, LeavesAJobThatIsNoMigrationToItsOwner) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  hypervisor_.set_figures(uuid_of("h1"), uuid_of("a"), std::nullopt);  // a backup; ours had ended
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(advance_until([&] { return count("look h1 uuid-a job") >= 3; })) << shown();
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptUnderWay, TellsHowAMigrationGoesOnThatNobodyElseWatches) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  adopt_recorded(action_of(migrate_to("h2")), {{"predicted_total_ms", 9000}});
  ASSERT_TRUE(advance_until([&] { return store_.entries.size() > 1; })) << shown();
  EXPECT_EQ(store_.entries.back().state, ActionState::kProgress);
  EXPECT_EQ(store_.entries.back().figures.at("memory_remaining_bytes"), 60.0 * kMebibyte);
  EXPECT_EQ(store_.entries.back().figures.at("expected_downtime_ms"), 900);
  EXPECT_FALSE(store_.entries.back().figures.contains("downtime_ms")) << "nothing was measured yet";
  EXPECT_EQ(store_.entries.back().figures.at("predicted_total_ms"), 9000) << "for whoever takes over next";
}

TEST_F(AdoptUnderWay, CancelsAMigrationThatDoesNotGetOnAgainAndAgain) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_THAT(changes(), IsEmpty());
  clock_.advance(options_.stall_limit);
  ASSERT_TRUE(advance_until([&] { return count("cancel_job h1 uuid-a") >= 2; })) << shown();
  hypervisor_.remove_domain(uuid_of("h2"), uuid_of("a"));
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(1));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_EQ(journal().back(), "aborted: no progress for 2 min 30 s, at best 60 MiB were left to copy; a runs on h1");
}

TEST_F(AdoptUnderWay, LeavesAMigrationToItsOwnerThatGoesElsewhere) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  hypervisor_.remove_domain(uuid_of("h2"), uuid_of("a"));
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  const auto looked = [&](std::size_t more) {
    const auto before = count("look h1 uuid-a");
    return advance_until([&] { return count("look h1 uuid-a") >= before + more; });
  };
  ASSERT_TRUE(looked(3)) << shown();
  clock_.advance(2 * options_.stall_limit);
  ASSERT_TRUE(looked(3)) << shown();
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptUnderWay, TurnsAMigrationToPostCopyWhereThatWasAllowedAndNeverCancelsItThen) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  adopt_recorded(action_of(migrate_to("h2")), {{"may_post_copy", 1}});
  ASSERT_TRUE(ends()) << shown();
  clock_.advance(options_.stall_limit);
  ASSERT_TRUE(advance_until([&] { return count("start_post_copy h1 uuid-a") == 1; })) << shown();
  clock_.advance(3 * options_.stall_limit);
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  const auto before = count("look h1 uuid-a job");
  ASSERT_TRUE(advance_until([&] { return count("look h1 uuid-a job") >= before + 5; })) << shown();
  EXPECT_THAT(changes(), ElementsAre("start_post_copy h1 uuid-a"));
}

}  // namespace
}  // namespace hotspot::act
