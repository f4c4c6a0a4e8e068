// After a restart: libvirt is asked what became of the actions that are open in the journal, and the journal ends up
// with what libvirt says.
#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using telemetry::DomainState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AdoptTest : public Stage {
 protected:
  // The journal as the one before left it, and an executor that takes it over.
  void adopt(const model::Action& action, ActionState state) {
    ports::JournalEntry entry;
    entry.action = action;
    entry.state = state;
    entry.token = token_;
    ASSERT_TRUE(journal_.append(entry));
    const auto open = journal_.open_actions();
    ASSERT_TRUE(open);
    executor_->adopt(*open);
  }
  bool ends() {
    return advance_until([&] { return store_.entries.size() > 1; });
  }
  static ports::DomainFacts in_state(DomainState state) {
    ports::DomainFacts facts = facts_with(1);
    facts.state = state;
    return facts;
  }
  // h1 sends the domain to h2, and this is how far it has come.
  void goes_on(std::int64_t remaining_bytes = 60 * kMebibyte, bool post_copy = false) {
    ports::MigrationProgress progress;
    progress.elapsed_ms = 5000;
    progress.iteration = 4;
    progress.memory_remaining_bytes = remaining_bytes;
    progress.expected_downtime_ms = 900;
    progress.post_copy = post_copy;
    hypervisor_.set_figures(uuid_of("h1"), uuid_of("a"), progress);
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), held());
    hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), in_state(DomainState::kPaused));
  }
  // As the one before wrote it down.
  void adopt_recorded(const model::Action& action, std::map<std::string, double> figures) {
    ports::JournalEntry entry;
    entry.action = action;
    entry.state = ActionState::kProgress;
    entry.token = token_;
    entry.figures = std::move(figures);
    ASSERT_TRUE(journal_.append(entry));
    executor_->adopt(*journal_.open_actions());
  }
  std::size_t count(const std::string& call) const {
    const auto all = hypervisor_.calls();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), call));
  }
  static ports::DomainFacts held() {
    ports::DomainFacts facts = facts_with(1);
    facts.job_active = true;
    return facts;
  }
};

TEST_F(AdoptTest, FindsAScalingThatTookEffect) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(2));
  adopt(action_of(model::SetVcpus{1, 2}), ActionState::kStarted);
  ASSERT_TRUE(ends()) << shown();
  EXPECT_THAT(journal(), ElementsAre("started", "verifying: found as it should be after all"));
  snapshots("h1", domain("a").vcpus(2, 4));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
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

TEST_F(AdoptTest, WaitsForAMigrationThatIsStillUnderWay) {
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

TEST_F(AdoptTest, EndsAMigrationThatIsStillUnderWayWhenAnOperatorAsks) {
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

TEST_F(AdoptTest, DoesNotCloseForOneAnswerThatDidNotCome) {
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

TEST_F(AdoptTest, SaysThatAPostCopyHasFailed) {
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

TEST_F(AdoptTest, LeavesAJobThatIsNoMigrationToItsOwner) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  goes_on();
  hypervisor_.set_figures(uuid_of("h1"), uuid_of("a"), std::nullopt);  // a backup; ours had ended
  adopt(action_of(migrate_to("h2")), ActionState::kProgress);
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(advance_until([&] { return count("look h1 uuid-a job") >= 3; })) << shown();
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(AdoptTest, TellsHowAMigrationGoesOnThatNobodyElseWatches) {
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

TEST_F(AdoptTest, CancelsAMigrationThatDoesNotGetOnAgainAndAgain) {
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

TEST_F(AdoptTest, LeavesAMigrationToItsOwnerThatGoesElsewhere) {
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

TEST_F(AdoptTest, TurnsAMigrationToPostCopyWhereThatWasAllowedAndNeverCancelsItThen) {
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
