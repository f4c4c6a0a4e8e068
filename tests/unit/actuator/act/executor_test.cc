// One action from its intent to its end: what the journal says, and what libvirt was asked, in which order.
#include "actuator/act/executor.h"

#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using ports::WriteFault;
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

}  // namespace
}  // namespace hotspot::act
