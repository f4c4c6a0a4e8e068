// A migration from its intent to its end: what was predicted, what the journal says, and what ends it early.
#include "actuator/act/executor.h"

#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using ports::CallFault;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
