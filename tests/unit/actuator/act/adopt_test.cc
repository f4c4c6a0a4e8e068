// After a restart: libvirt is asked what became of the actions that are open in the journal, and the journal ends up
// with what libvirt says.
#include "tests/unit/actuator/act/adopt_stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using telemetry::DomainState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AdoptTest : public AdoptStage {};

TEST_F(AdoptTest, FindsAScalingThatTookEffect) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(2));
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_THAT(journal(), ElementsAre("started", "verifying: found as it should be after all"));
  snapshots("h1", domain("a").vcpus(2, 4));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
}

TEST_F(AdoptTest, FindsAScalingThatTookEffectThoughTheGuestsAgentHangs) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(2));
  hypervisor_.hang_agent(uuid_of("a"));
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_THAT(journal(), ElementsAre("started", "verifying: found as it should be after all"));
}

TEST_F(AdoptTest, FindsABalloonThatTookEffect) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(1, 610 * kMebibyte));
  adopt(action_of(model::SetBalloon{512 * kMebibyte, 612 * kMebibyte}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "verifying: found as it should be after all");
}

TEST_F(AdoptTest, NeverTakesAStepTwice) {
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "aborted: it did not take effect; nothing is tried twice");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptTest, SkipsWhatWasOnlyIntended) {
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kIntent);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "skipped: nothing was begun before the lead changed");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptTest, FindsWhatWasDoneThoughOnlyTheIntentWasWritten) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(2));
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kIntent);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "verifying: found as it should be after all");
}

TEST_F(AdoptTest, SaysFailedWhenTheDomainIsGone) {
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "failed: a is not on h1 any more");
}

TEST_F(AdoptTest, VerifiesAnewWhatWasBeingVerified) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(2));
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kVerifying);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_THAT(journal(), ElementsAre("verifying", "verifying: found as it should be after all"));
  clock_.advance(options_.verify_limit);
  EXPECT_TRUE(reaches(ActionState::kFailed)) << "with a time limit of its own\n" << shown();
}

TEST_F(AdoptTest, MakesTheNodesKnown) {
  adopt(action_of(migrate_to("h2")), ActionState::kStarted);
  EXPECT_THAT(hypervisor_.known_nodes(), ElementsAre(uuid_of("h1"), uuid_of("h2")));
}

TEST_F(AdoptTest, FindsAMigrationThatWasCompleted) {
  for (const DomainState state : {DomainState::kRunning, DomainState::kBlocked}) {
    SCOPED_TRACE(telemetry::to_string(state));
    store_.entries.clear();
    make_executor();
    hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
    hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), in_state(state));
    adopt(action_of(migrate_to("h2")), ActionState::kProgress);
    ASSERT_TRUE(ends()) << shown();
    EXPECT_EQ(journal().back(), "verifying: found on h2 after all");
  }
}

TEST_F(AdoptTest, FindsAMigrationThatLeftADefinitionBehind) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), in_state(DomainState::kShutoff));
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts_with(1));
  adopt(action_of(migrate_to("h2")), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "verifying: found on h2 after all");
}

TEST_F(AdoptTest, FindsAMigrationThatEndedTooEarly) {
  adopt(action_of(migrate_to("h2")), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "aborted: it ended before it was complete; a runs on h1");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptTest, SkipsAMigrationThatWasOnlyIntended) {
  adopt(action_of(migrate_to("h2")), ActionState::kIntent);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "skipped: nothing was begun before the lead changed");
}

TEST_F(AdoptTest, SaysFailedWhenTheDomainRunsNowhere) {
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  adopt(action_of(migrate_to("h2")), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "failed: a runs neither on h1 nor on h2: it was shut down, or moved by somebody else");
}

TEST_F(AdoptTest, ChangesTheDefinitionThatTheOneBeforeDidNotComeTo) {
  ports::DomainFacts facts = facts_with(2);
  facts.persistent = true;
  facts.persistent_vcpus = 1;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  adopt(action_of(model::SetVcpus{.from = 1, .to = 2, .persistent = true}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "verifying: found as it should be after all");
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->persistent_vcpus, 2);
}

TEST_F(AdoptTest, SaysThatTheDefinitionCouldNotBeChanged) {
  ports::DomainFacts facts = facts_with(2);
  facts.persistent = true;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  hypervisor_.fail_next("set_persistently", {CallFault::kRefused, "h1: read-only"});
  adopt(action_of(model::SetVcpus{.from = 1, .to = 2, .persistent = true}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "failed: it was changed live, but not in its definition: h1: read-only");
}

TEST_F(AdoptTest, TellsWhatAMigrationCameToThatEndedMeanwhile) {
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts_with(1));
  ports::MigrationProgress completed;
  completed.elapsed_ms = 7000;
  completed.downtime_ms = 61;
  completed.memory_processed_bytes = 130 * kMebibyte;
  hypervisor_.set_figures(uuid_of("h2"), uuid_of("a"), std::nullopt, completed);
  adopt_recorded(action_of(migrate_to("h2")), {{"predicted_total_ms", 9000}, {"elapsed_ms", 3000}});
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  const auto& figures = store_.entries.back().figures;
  EXPECT_EQ(figures.at("total_ms"), 7000);
  EXPECT_EQ(figures.at("downtime_ms"), 61);
  EXPECT_EQ(figures.at("memory_processed_bytes"), 130.0 * kMebibyte);
  EXPECT_EQ(figures.at("predicted_total_ms"), 9000);
  EXPECT_THAT(changes(), IsEmpty()) << "it was not marked to be started with its node";
}

TEST_F(AdoptTest, KeepsTheMarkForAutostartOfADomainThatHasMovedMeanwhile) {
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts_with(1));
  adopt_recorded(action_of(migrate_to("h2")), {{"autostart", 1}});
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_TRUE(hypervisor_.facts(uuid_of("h2"), uuid_of("a"))->autostart);
}

TEST_F(AdoptTest, ClosesAMigrationWhoseSourceIsAwayWhenAnOperatorAsks) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kUnreachable, "h1: no route to host"});
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(),
            "progress: h1 does not answer, the fate of a is not known; h2 does not have it; it is asked on, hotspotctl "
            "action cancel ends that");
  EXPECT_TRUE(executor_->in_flight().front().unanswered) << "so that it takes no place from healthy nodes";
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_EQ(
      journal().back(),
      "failed: h1 does not answer, the fate of a is not known; h2 does not have it; closed: an operator asked for "
      "it");
}

TEST_F(AdoptTest, ClosesAScalingWhoseNodeIsAwayWhenAnOperatorAsks) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kUnreachable, "h1: no route to host"});
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_EQ(journal().back(),
            "failed: h1 does not answer, the fate of a is not known; closed: an operator asked for it");
}

TEST_F(AdoptTest, GoesByTheTargetThatRunsTheDomainWhenTheSourceStaysAway) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kUnreachable, "h1: no route to host"});
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts_with(1));
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_EQ(journal().back(), "verifying: found on h2; h1 does not answer: whether it runs there as well is not known");
}

TEST_F(AdoptTest, WaitsForTheSourceWhileTheTargetHasOnlyAPart) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kUnreachable, "h1: no route to host"});
  ports::DomainFacts half = facts_with(1);
  half.post_copy = true;
  ports::DomainFacts arriving = facts_with(1);
  arriving.job_active = true;
  for (const auto& facts : {half, arriving, in_state(DomainState::kPaused)}) {
    store_.entries.clear();
    make_executor();
    hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts);
    const auto before = count("look h1 uuid-a");
    adopt(action_of(migrate_to("h2")), ActionState::kProgress);
    ASSERT_TRUE(advance_until([&] { return count("look h1 uuid-a") >= before + 70; })) << shown();
    EXPECT_EQ(executor_->in_flight().size(), 1u) << shown();
  }
}

TEST_F(AdoptTest, NamesTheDisksWhoseFilesMayBeLeftOnTheTarget) {
  model::MigrateTo move = migrate_to("h2");
  move.copied_disks = {"vda", "vdb"};
  adopt(action_of(move), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(
      journal().back(),
      "aborted: it ended before it was complete; a runs on h1; files that were made for its disks (vda, vdb) may be "
      "left on h2: remove them before it is to be moved there");
}

TEST_F(AdoptTest, EndsAMigrationOfADomainThatWasNeverStoppedThoughTheTargetIsAway) {
  hypervisor_.fail_node(uuid_of("h2"), {CallFault::kUnreachable, "h2: no route to host"});
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "aborted: it ended before it was complete; a runs on h1; h2 does not answer");
}

TEST_F(AdoptTest, WaitsForATargetThatMayRunTheDomainAsWell) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  ports::DomainFacts back = facts_with(1);
  back.was_suspended = true;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), back);
  hypervisor_.fail_node(uuid_of("h2"), {CallFault::kUnreachable, "h2: no route to host"});
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(advance_until([&] { return count("look h1 uuid-a") >= 70; })) << shown();
  ASSERT_EQ(executor_->in_flight().size(), 1u) << shown();
  hypervisor_.mend_node(uuid_of("h2"));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_EQ(journal().back(), "aborted: it ended before it was complete; a runs on h1");
}

TEST_F(AdoptTest, AsksAgainUntilTheNodeAnswers) {
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kUnreachable, "h1: connection refused"});
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  ASSERT_TRUE(advance_until([&] { return !hypervisor_.calls().empty(); }));
  EXPECT_THAT(journal(), ElementsAre("started")) << "what is not known is not said";
  EXPECT_EQ(executor_->in_flight().size(), 1u);
  hypervisor_.mend_node(uuid_of("h1"));
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "aborted: it did not take effect; nothing is tried twice");
}

TEST_F(AdoptTest, EndsAMigrationWhoseDomainIsPausedAtTheSource) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), in_state(DomainState::kPaused));
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "aborted: it ended before it was complete; a is paused on h1");
}

TEST_F(AdoptTest, EndsAMigrationWhoseDomainIsPausedAtTheTarget) {
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), in_state(DomainState::kPaused));
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(), "failed: a is on h2, but paused: it was paused by somebody, or could not go on");
}

TEST_F(AdoptTest, SaysSoWhenBothNodesKeepKnowingTheDomain) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), in_state(DomainState::kPaused));
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_EQ(journal().back(),
            "failed: libvirt knows a on both nodes: as running on h1 and as paused on h2; nothing is done about it, "
            "look at it");
  EXPECT_THAT(changes(), IsEmpty());
}

}  // namespace
}  // namespace hotspot::act
