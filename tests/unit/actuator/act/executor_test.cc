// One action from its intent to its end: what the journal says, and what libvirt was asked, in which order.
#include "actuator/act/executor.h"

#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using ports::WriteFault;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExecutorTest : public Stage {};

TEST_F(ExecutorTest, GoesThroughAllStatesAndSaysDoneOnceTheSnapshotsShowIt) {
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_EQ(executor_->in_flight().at(0).state, ActionState::kVerifying);
  snapshots("h1", domain("a").vcpus(2, 4));
  ASSERT_TRUE(reaches(ActionState::kDone)) << shown();
  EXPECT_THAT(journal(), ElementsAre("intent", "started", "verifying",
                                     "done: nothing tells whether the guest has brought them online"));
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->vcpus, 2);
  EXPECT_THAT(executor_->in_flight(), IsEmpty());
  EXPECT_GE(wakes_, 2) << "the loop is woken for what workers report";
  for (const auto& entry : store_.entries) EXPECT_EQ(entry.token, token_);
}

TEST_F(ExecutorTest, SetsABalloon) {
  ASSERT_TRUE(begin(action_of(model::SetBalloon{512 * kMebibyte, 612 * kMebibyte})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, 612 * kMebibyte);
  snapshots("h1", domain("a").memory(612 * kMebibyte, kGibibyte));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
}

TEST_F(ExecutorTest, WritesTheIntentBeforeLibvirtHearsOfIt) {
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  ASSERT_THAT(store_.entries, ::testing::Not(IsEmpty()));
  EXPECT_EQ(store_.entries.front().state, ActionState::kIntent);
  EXPECT_EQ(journal_.calls_before.front(), 0u) << shown();
}

TEST_F(ExecutorTest, AsksLibvirtNothingWhenTheJournalRefuses) {
  store_.reachable = false;
  const auto begun = executor_->begin(action_of(model::SetVcpus{1, 2}), token_);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().fault, WriteFault::kUnreachable);
  EXPECT_FALSE(executor_->fenced());
  EXPECT_THAT(executor_->in_flight(), IsEmpty());
  store_.reachable = true;
  executor_->advance(cluster_, token_);
  EXPECT_THAT(hypervisor_.calls(), IsEmpty());
  EXPECT_TRUE(begin(action_of(model::SetVcpus{1, 2}))) << "once the journal is there again";
}

TEST_F(ExecutorTest, AnActionForWhichThereIsNoThreadWaitsForOneThatEnds) {
  options_.most_workers = 1;
  make_executor();
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("b"), facts_with(1));
  hypervisor_.hang_node(uuid_of("h1"));
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2}, "b", "h2")));
  ASSERT_TRUE(wait_for([&] { return !hypervisor_.calls().empty(); }));
  executor_->advance(cluster_, token_);
  EXPECT_EQ(hypervisor_.facts(uuid_of("h2"), uuid_of("b"))->vcpus, 1);
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kRefused, "it is not to be asked"});
  hypervisor_.mend_node(uuid_of("h1"));
  EXPECT_TRUE(wait_for([&] {
    executor_->advance(cluster_, token_);
    return hypervisor_.facts(uuid_of("h2"), uuid_of("b"))->vcpus == 2;
  })) << shown();
}

TEST_F(ExecutorTest, BeginsNothingMoreOnceItIsFenced) {
  const auto begun = executor_->begin(action_of(model::SetVcpus{1, 2}), token_ - 1);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().fault, WriteFault::kFenced);
  EXPECT_TRUE(executor_->fenced());
  EXPECT_FALSE(executor_->begin(action_of(model::SetVcpus{1, 2}), token_)) << "not even with a token that would do";
  EXPECT_THAT(hypervisor_.calls(), IsEmpty());
  EXPECT_THAT(store_.entries, IsEmpty());
}

TEST_F(ExecutorTest, WritesNothingMoreOnceAnotherLeads) {
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(wait_for([&] { return wakes_ >= 2; }));
  ++store_.token;  // another has taken the lease over
  EXPECT_THAT(executor_->advance(cluster_, token_), IsEmpty());
  EXPECT_TRUE(executor_->fenced());
  --store_.token;
  EXPECT_THAT(executor_->advance(cluster_, token_), IsEmpty()) << "fenced is for good";
  EXPECT_THAT(journal(), ElementsAre("intent"));
}

TEST_F(ExecutorTest, KeepsWhatTheJournalDidNotTakeAndWritesItLaterInOrder) {
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  store_.reachable = false;
  ASSERT_TRUE(advance_until([&] { return executor_->in_flight().at(0).state == ActionState::kVerifying; })) << shown();
  EXPECT_FALSE(executor_->fenced());
  EXPECT_THAT(journal(), ElementsAre("intent"));
  store_.reachable = true;
  EXPECT_EQ(executor_->advance(cluster_, token_).size(), 2u);
  EXPECT_THAT(journal(), ElementsAre("intent", "started", "verifying"));
}

// Redis may be away for longer than the lease lasts, and the loop with it: the worker knows by itself.
TEST_F(ExecutorTest, Law7BeginsNothingOnceTheLeaseRanOut) {
  options_.ask_again = Milliseconds(1);
  make_executor();
  executor_->act_until(clock_.steady() + Milliseconds(8000));
  bool first = true;
  hypervisor_.during_look = [&] {
    if (std::exchange(first, false)) clock_.advance(Milliseconds(8000));  // libvirt answers late
  };
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  EXPECT_FALSE(wait_for([&] { return !changes().empty(); }, Milliseconds(50))) << shown();
  // It was renewed after all; what was seen before is looked at again.
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(3));
  executor_->act_until(clock_.steady() + Milliseconds(8000));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(ExecutorTest, ClosesAnIntentOfWhichItIsNotKnownWhetherItWasWritten) {
  store_.reachable = false;
  EXPECT_FALSE(begin(action_of(model::SetVcpus{1, 2})));
  store_.reachable = true;
  ASSERT_EQ(executor_->advance(cluster_, token_).size(), 1u);
  EXPECT_THAT(journal(),
              ElementsAre(HasSubstr("skipped: it is not known whether the intent was written; nothing was begun")));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(ExecutorTest, SkipsWhenTheDomainHasChangedSinceThePlan) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(3));
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(journal(), ElementsAre("intent", "skipped: a has 3 vCPUs by now, the plan was made for 1"));
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_THAT(executor_->in_flight(), IsEmpty());
}

TEST_F(ExecutorTest, SkipsWhenTheDomainIsGone) {
  hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(journal().back(), "skipped: a is not on h1 any more");
}

TEST_F(ExecutorTest, SkipsWhenASecondLookIsNotPossible) {
  hypervisor_.fail_node(uuid_of("h1"), {CallFault::kUnreachable, "h1: connection refused"});
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(journal().back(), "skipped: the second look was not possible: h1: connection refused");
}

TEST_F(ExecutorTest, SkipsAMigrationWhenTheTargetKnowsTheDomainAlready) {
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), facts_with(1));
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(journal().back(), "skipped: libvirt on the target knows a already, as running");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(ExecutorTest, VerifiesOnlyByFreshSnapshots) {
  snapshots("h1", domain("a").vcpus(2, 4));  // of before the action
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  executor_->advance(cluster_, token_);
  EXPECT_THAT(journal(), ElementsAre("intent", "started", "verifying"));
  snapshots("h1", domain("a").vcpus(2, 4));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
}

TEST_F(ExecutorTest, FailsWhenNoSnapshotShowsItInTime) {
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  clock_.advance(options_.verify_limit - Milliseconds(1));
  EXPECT_THAT(executor_->advance(cluster_, token_), IsEmpty());
  clock_.advance(Milliseconds(1));
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_THAT(journal().back(), "failed: libvirt says that it was done, but within 30 s no snapshot showed it");
}

TEST_F(ExecutorTest, WritesDownWhatLibvirtSaidWhenItFails) {
  hypervisor_.fail_next("set_vcpus", {CallFault::kRefused, "h1, a: internal error: unable to hotplug"});
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_THAT(journal(), ElementsAre("intent", "started", "failed: h1, a: internal error: unable to hotplug"));
}

TEST_F(ExecutorTest, AsksLibvirtWhatBecameOfACallThatDidNotReturn) {
  hypervisor_.fail_next("set_vcpus", {CallFault::kUnreachable, "h1: keepalive timeout"});
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_THAT(journal(), ElementsAre("intent", "started", "progress: the outcome is not known: h1: keepalive timeout",
                                     "aborted: it did not take effect; nothing is tried twice"));
  EXPECT_THAT(changes(), ElementsAre("set_vcpus h1 uuid-a 2"));
}

TEST_F(ExecutorTest, SaysSkippedOfADryRun) {
  hypervisor_.fail_next("set_vcpus", {CallFault::kDryRun, "dry run: nothing was done"});
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(journal().back(), "skipped: dry run: nothing was done");
}

TEST_F(ExecutorTest, IsNotHeldUpByANodeThatHangs) {
  hypervisor_.hang_node(uuid_of("h1"));
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("b"), facts_with(1));
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2})));
  ASSERT_TRUE(wait_for([&] { return !hypervisor_.calls().empty(); })) << "its worker hangs";
  ASSERT_TRUE(begin(action_of(model::SetVcpus{1, 2}, "b", "h2")));
  ASSERT_TRUE(reaches(ActionState::kVerifying, "action-b")) << shown();
  snapshots("h2", domain("b").vcpus(2, 4));
  ASSERT_TRUE(reaches(ActionState::kDone, "action-b")) << shown();
  ASSERT_EQ(executor_->in_flight().size(), 1u);
  EXPECT_EQ(executor_->in_flight().at(0).action.id, "action-a");
  EXPECT_EQ(executor_->in_flight().at(0).state, ActionState::kIntent);
  // Its worker may not have come so far yet.
  ASSERT_TRUE(wait_for([&] {
    const auto calls = hypervisor_.calls();
    return std::find(calls.begin(), calls.end(), "look h1 uuid-a") != calls.end();
  })) << shown();
  hypervisor_.mend_node(uuid_of("h1"));
  EXPECT_TRUE(reaches(ActionState::kSkipped)) << shown();
}

class MigrationTest : public Stage {
 protected:
  std::vector<ports::JournalEntry> progress() const {
    std::vector<ports::JournalEntry> entries;
    for (const auto& entry : store_.entries) {
      if (entry.state == ActionState::kProgress) entries.push_back(entry);
    }
    return entries;
  }
};

TEST_F(MigrationTest, MovesTheDomainAndSaysDoneOnceTheTargetsSnapshotShowsIt) {
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ElementsAre(uuid_of("h2")));
  EXPECT_EQ(store_.entries.back().figures.at("downtime_ms"), 60);
  EXPECT_EQ(store_.entries.back().figures.at("total_ms"), 1000);
  snapshots("h2", domain("a"));
  ASSERT_TRUE(reaches(ActionState::kDone)) << shown();
  EXPECT_EQ(store_.entries.back().figures.at("downtime_ms"), 60) << "the end tells all";
  EXPECT_THAT(journal(), ElementsAre("intent", HasSubstr("started: pre-copy"), "verifying", "done"));
}

TEST_F(MigrationTest, PredictsFromAFreshSampleAndTellsThePredictionBesideTheResult) {
  hypervisor_.set_dirty_rate(uuid_of("a"), 5.0 * kMebibyte);
  model::Action action = action_of(migrate_to("h2"));
  action.expected = {{plan::kExpectedMemory, 200.0 * kMebibyte}, {plan::kExpectedBandwidth, 20.0 * kMebibyte}};
  ASSERT_TRUE(begin(action));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_THAT(journal(), Contains("started: pre-copy: 200 MiB over 20 MiB/s, dirty rate 5 MiB/s (sampled); "
                                  "14 s and 188 ms of downtime are expected"));
  const auto& figures = store_.entries.back().figures;
  EXPECT_NEAR(figures.at("predicted_total_ms"), 14'271, 1);
  EXPECT_EQ(figures.at("predicted_dirty_bytes_per_second"), 5.0 * kMebibyte);
  EXPECT_EQ(figures.at("downtime_ms"), 60);
  EXPECT_EQ(hypervisor_.migration_options().max_downtime_ms, 200);
}

TEST_F(MigrationTest, FindsOutByALongerSampleThatAGuestWritesTheSamePagesAgainAndAgain) {
  hypervisor_.set_dirty_rate(uuid_of("a"), 40.0 * kMebibyte, 60.0 * kMebibyte);
  model::Action action = action_of(migrate_to("h2"));
  action.expected = {{plan::kExpectedMemory, 160.0 * kMebibyte}, {plan::kExpectedBandwidth, 20.0 * kMebibyte}};
  ASSERT_TRUE(begin(action));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_THAT(journal(), Contains(HasSubstr("dirty rate 40 MiB/s (sampled) within 60 MiB; ")));
  EXPECT_EQ(store_.entries.back().figures.at("predicted_writable_bytes"), 60.0 * kMebibyte);
  const auto calls = hypervisor_.calls();
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(), [](const auto& call) { return call.ends_with("dirty rate"); }), 7)
      << "four brief ones, a longer one, two further ones: QEMU looks at few pages";
}

// Computes on 8 MiB: a brief sample sees all of them, however often they are written.
class OfAGuestThatComputes : public MigrationTest {
 protected:
  bool moves() {
    hypervisor_.set_dirty_rate(uuid_of("a"), 200.0 * kMebibyte, 8.0 * kMebibyte);
    model::Action action = action_of(migrate_to("h2"));
    action.expected = {{plan::kExpectedMemory, 200.0 * kMebibyte},
                       {plan::kExpectedBandwidth, 20.0 * kMebibyte},
                       {plan::kExpectedBusy, 0.9}};
    return begin(action) && reaches(ActionState::kVerifying);
  }
};

TEST_F(OfAGuestThatComputes, TheMigrationSlowsItDownEarly) {
  ASSERT_TRUE(moves()) << shown();
  EXPECT_THAT(journal(), Contains(HasSubstr("pre-copy with auto-converge from 95 %")));
  EXPECT_THAT(journal(), Contains(HasSubstr("dirty rate 180 MiB/s (assumed of a guest so busy; sampled: all that it "
                                            "writes, within a second) within 8 MiB; ")));
  EXPECT_EQ(store_.entries.back().figures.at("sampled_dirty_bytes_per_second"), 8.0 * kMebibyte);
  EXPECT_EQ(hypervisor_.migration_options().throttle_initial_percent, 95);
}

TEST_F(OfAGuestThatComputes, TheMigrationIsNotRefusedForWhatIsOnlyAssumed) {
  options_.migration.auto_converge = false;
  make_executor();
  ASSERT_TRUE(moves()) << shown();
  EXPECT_THAT(journal(), Contains(HasSubstr("dirty rate 8 MiB/s (sampled, at least) within 8 MiB; ")));
}

TEST_F(MigrationTest, BelievesTheSnapshotAndDoesNotSampleAgain) {
  model::Action action = action_of(migrate_to("h2"));
  action.expected = {{plan::kExpectedMemory, 200.0 * kMebibyte}, {plan::kExpectedDirty, 1.0 * kMebibyte}};
  ASSERT_TRUE(begin(action));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_THAT(hypervisor_.calls(), ::testing::Not(Contains(HasSubstr("dirty rate"))));
  EXPECT_THAT(journal(), Contains(HasSubstr("(of the snapshot)")));
}

TEST_F(MigrationTest, IsRefusedBeforehandWhenItWouldNeverEnd) {
  options_.migration.auto_converge = false;
  make_executor();
  hypervisor_.set_dirty_rate(uuid_of("a"), 40.0 * kMebibyte);
  model::Action action = action_of(migrate_to("h2"));
  action.expected = {{plan::kExpectedMemory, 200.0 * kMebibyte}, {plan::kExpectedBandwidth, 20.0 * kMebibyte}};
  ASSERT_TRUE(begin(action));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_THAT(journal().back(), HasSubstr("it would never end: the guest writes 40 MiB/s, the link carries 20 MiB/s"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(MigrationTest, TellsTheHypervisorWhatTheOperatorConfigured) {
  options_.migration = {.bandwidth_bytes_per_second = 20 * kMebibyte, .post_copy = true, .tls = true};
  make_executor();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  const ports::MigrationOptions told = hypervisor_.migration_options();
  EXPECT_EQ(told.bandwidth_bytes_per_second, 20 * kMebibyte);
  EXPECT_TRUE(told.post_copy && told.tls && told.auto_converge && !told.tunnelled);
}

TEST_F(MigrationTest, TellsItsProgressButNotMoreOftenThanIsWished) {
  hypervisor_.set_migration_steps(50);
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  ASSERT_EQ(progress().size(), 1u) << "50 reports while the clock stood still";
  EXPECT_EQ(progress().front().figures.at("memory_total_bytes"), 128.0 * kMebibyte);
  EXPECT_EQ(progress().front().figures.at("memory_remaining_bytes"), 128.0 * kMebibyte);
}

TEST_F(MigrationTest, IsEndedWhenItDoesNotGetOnAndTheDomainStaysWhereItWas) {
  hypervisor_.hold_migrations();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kProgress)) << shown();
  clock_.advance(options_.stall_limit);
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_EQ(journal().back(), "aborted: no progress for 2 min 30 s, at best 128 MiB were left to copy");
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ElementsAre(uuid_of("h1")));
}

TEST_F(MigrationTest, TellsWhoTakesOverWhatItMustKnow) {
  options_.migration.post_copy = true;
  make_executor();
  ports::DomainFacts facts = facts_with(1);
  facts.persistent = facts.autostart = true;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  hypervisor_.hold_migrations();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kProgress)) << shown();
  const auto figures = progress().back().figures;
  EXPECT_EQ(figures.count("may_post_copy"), 1u);
  EXPECT_EQ(figures.count("autostart"), 1u);
  EXPECT_EQ(figures.count("predicted_total_ms"), 1u);
  EXPECT_EQ(figures.at("expected_downtime_ms"), 300);
}

TEST_F(MigrationTest, KeepsItsPredictionsAndNamesNoDowntimeWhenItIsEnded) {
  hypervisor_.hold_migrations();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kProgress)) << shown();
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  const auto& figures = store_.entries.back().figures;
  EXPECT_EQ(figures.count("predicted_total_ms"), 1u);
  EXPECT_EQ(figures.count("expected_downtime_ms"), 1u);
  EXPECT_EQ(figures.count("downtime_ms"), 0u) << "nothing was measured";
}

TEST_F(MigrationTest, IsNotEndedBecauseItTakesLong) {
  hypervisor_.hold_migrations();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kProgress)) << shown();
  clock_.advance(options_.stall_limit - Milliseconds(1));
  const std::size_t told = progress().size();
  ASSERT_TRUE(advance_until([&] { return progress().size() > told; })) << "it goes on\n" << shown();
  hypervisor_.let_migrations_go();
  EXPECT_TRUE(reaches(ActionState::kVerifying)) << shown();
}

TEST_F(MigrationTest, IsEndedWhenAnOperatorAsks) {
  hypervisor_.hold_migrations();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kProgress)) << shown();
  EXPECT_FALSE(executor_->cancel("another", "an operator asked for it"));
  EXPECT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_EQ(journal().back(), "aborted: an operator asked for it");
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ElementsAre(uuid_of("h1")));
}

TEST_F(MigrationTest, CannotBeCancelledOnceItIsComplete) {
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_FALSE(executor_->cancel("action-a", "an operator asked for it"));
}

TEST_F(MigrationTest, WritesDownWhatLibvirtSaidWhenItFails) {
  hypervisor_.fail_next("migrate", {CallFault::kRefused, "h1, a: unable to connect to server at 'h2:49152'"});
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_EQ(journal().back(), "failed: h1, a: unable to connect to server at 'h2:49152'");
}

TEST_F(MigrationTest, GoesOnWhenTheExecutorEnds) {
  hypervisor_.hold_migrations();
  ASSERT_TRUE(begin(action_of(migrate_to("h2"))));
  ASSERT_TRUE(reaches(ActionState::kProgress)) << shown();
  executor_.reset();
  const std::size_t written = store_.entries.size();
  EXPECT_THAT(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->job_active, true) << "libvirt goes on with it";
  hypervisor_.let_migrations_go();
  ASSERT_TRUE(wait_for([&] { return hypervisor_.facts(uuid_of("h2"), uuid_of("a")).has_value(); }));
  // The worker that was left behind looks once more at the target before it ends.
  ASSERT_TRUE(wait_for([&] { return hypervisor_.calls().back() == "look h2 uuid-a"; })) << shown();
  EXPECT_EQ(store_.entries.size(), written) << shown();
}

}  // namespace
}  // namespace hotspot::act
