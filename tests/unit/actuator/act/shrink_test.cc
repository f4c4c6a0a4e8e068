// Law 8: shrinking goes in small steps, watches swap-in, major faults and pressure, and rolls itself back.
#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using model::SetBalloon;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShrinkTest : public Stage {
 protected:
  ShrinkTest() {
    options_.shrink.step_bytes = 100 * kMebibyte;
    options_.shrink.step_pause = std::chrono::seconds(2);
    options_.shrink.watch = std::chrono::seconds(10);
    options_.shrink.silence = std::chrono::seconds(20);
    make_executor();
  }

  // The guest as libvirt has it, using so much of its memory.
  testing::DomainBuilder guest(double used = 0.3) {
    return domain("a").memory(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, kGibibyte).used(used);
  }
  // Seconds pass, with a snapshot each, until the condition holds or so many have passed.
  template <typename Condition>
  bool seconds_until(int most, const std::function<telemetry::DomainSample()>& sample, Condition condition) {
    for (int second = 0; second < most; ++second) {
      snapshots("h1", sample());
      const std::size_t calls = changes().size();
      executor_->advance(cluster_, token_);
      // A worker that was allowed a step takes it at once.
      wait_for(
          [&] {
            executor_->advance(cluster_, token_);
            return condition() || changes().size() > calls;
          },
          std::chrono::milliseconds(20));
      if (condition()) return true;
    }
    return false;
  }
  bool has(ActionState state, const std::string& id = "action-a") const {
    return std::any_of(store_.entries.begin(), store_.entries.end(),
                       [&](const auto& e) { return e.state == state && e.action.id == id; });
  }
  bool begin_shrink() {
    snapshots("h1", guest());
    executor_->advance(cluster_, token_);
    return begin(action_of(SetBalloon{512 * kMebibyte, 262 * kMebibyte})) &&
           advance_until([&] { return changes().size() == 1; });
  }
  // The first step is taken, and the next is allowed while another might lead.
  bool a_step_waits_for_the_lease(int seconds) {
    options_.ask_again = Milliseconds(1);
    make_executor();
    if (!begin_shrink()) return false;
    executor_->act_until(Milliseconds(0));
    return !seconds_until(
        seconds, [&] { return guest(); }, [&] { return changes().size() > 1; });
  }
  std::string back_id() const { return "action-a-back" + std::to_string(token_); }
};

TEST_F(ShrinkTest, Law8TakesMemoryInSmallStepsAndSaysDoneOnlyAfterTheWatch) {
  ASSERT_TRUE(begin_shrink()) << shown();
  ASSERT_TRUE(seconds_until(
      30, [&] { return guest(); }, [&] { return has(ActionState::kVerifying); }))
      << shown();
  EXPECT_THAT(changes(), ElementsAre("set_balloon h1 uuid-a " + std::to_string(412 * kMebibyte),
                                     "set_balloon h1 uuid-a " + std::to_string(312 * kMebibyte),
                                     "set_balloon h1 uuid-a " + std::to_string(262 * kMebibyte)));
  EXPECT_FALSE(seconds_until(
      9, [&] { return guest(); }, [&] { return has(ActionState::kDone); }))
      << shown();
  EXPECT_TRUE(seconds_until(
      3, [&] { return guest(); }, [&] { return has(ActionState::kDone); }))
      << shown();
}

TEST_F(ShrinkTest, TakesNoFurtherStepBeforeAFreshSnapshotShowsThatTheGuestIsWell) {
  ASSERT_TRUE(begin_shrink());
  clock_.advance(std::chrono::seconds(15));
  for (int i = 0; i < 20; ++i) executor_->advance(cluster_, token_);
  EXPECT_EQ(changes().size(), 1u) << shown();
}

TEST_F(ShrinkTest, StopsWhereItIsWhenTheSnapshotsFallSilent) {
  ASSERT_TRUE(begin_shrink());
  clock_.advance(std::chrono::seconds(21));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_THAT(journal().back(), HasSubstr("no fresh snapshot for 20 s")) << shown();
  EXPECT_EQ(changes().size(), 1u) << "without a fresh reading nothing is done, a roll-back neither";
}

TEST_F(ShrinkTest, Law8TakesNoFurtherStepFromAGuestThatHasTakenMemoryMeanwhile) {
  ASSERT_TRUE(begin_shrink());
  // 412 MiB, of which it uses 247 by now: of the 312 that the next step would leave, 79 %.
  ASSERT_TRUE(seconds_until(
      5, [&] { return guest(0.6); }, [&] { return has(ActionState::kAborted); }))
      << shown();
  EXPECT_THAT(journal().back(), HasSubstr("aborted: a needs what it has by now: it would use 79 % of what another step "
                                          "leaves, at most 75 % is allowed; no more memory is taken"));
  EXPECT_THAT(changes(), ElementsAre("set_balloon h1 uuid-a " + std::to_string(412 * kMebibyte)))
      << "it keeps what it has, and needs nothing back";
}

TEST_F(ShrinkTest, TakesAllThatThePlanAllowsFromAGuestThatUsesNoMore) {
  ASSERT_TRUE(begin_shrink());
  // A little more than 70 % of the 262 MiB that the plan leaves it.
  const auto steady = [&]() -> telemetry::DomainSample {
    const double balloon = static_cast<double>(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes);
    return guest(0.71 * 262 * kMebibyte / balloon);
  };
  EXPECT_TRUE(seconds_until(40, steady, [&] { return has(ActionState::kDone); })) << shown();
}

TEST_F(ShrinkTest, Law8TakesNoFurtherStepFromAGuestThatTellsNothingAnyMore) {
  ASSERT_TRUE(begin_shrink());
  ASSERT_TRUE(seconds_until(
      5,
      [&]() -> telemetry::DomainSample {
        telemetry::DomainSample silent = guest();
        silent.memory_usable_bytes.reset();
        return silent;
      },
      [&] { return has(ActionState::kAborted); }))
      << shown();
  EXPECT_THAT(journal().back(), HasSubstr("aborted: a does not tell what it would have left"));
  EXPECT_EQ(changes().size(), 1u);
}

TEST_F(ShrinkTest, Law8CountsWhatAGuestThatGivesBackSlowlyStillHasToGive) {
  ASSERT_TRUE(begin_shrink());
  // It still has all of its 512 MiB and uses 256: of the 312 that the next step would leave, 82 %.
  ASSERT_TRUE(seconds_until(
      5, [&]() -> telemetry::DomainSample { return domain("a").memory(512 * kMebibyte, kGibibyte).used(0.5); },
      [&] { return has(ActionState::kAborted); }))
      << shown();
  EXPECT_THAT(journal().back(), HasSubstr("it would use 82 % of what another step leaves"));
  EXPECT_EQ(changes().size(), 1u);
}

TEST_F(ShrinkTest, Law8StepsThatWaitForTheLeaseDoNotAddUp) {
  ASSERT_TRUE(a_step_waits_for_the_lease(10)) << shown();
  executor_->act_until(Milliseconds::max());
  ASSERT_TRUE(advance_until([&] { return changes().size() == 2; })) << shown();
  EXPECT_FALSE(wait_for(
      [&] {
        executor_->advance(cluster_, token_);
        return changes().size() > 2;
      },
      std::chrono::milliseconds(200)))
      << shown();
}

// A step that was allowed, waits for the lease, and must not be taken any more.
TEST_F(ShrinkTest, Law8TakesNoStepFromAGuestThatCameToSufferWhileAnotherMightHaveLed) {
  ASSERT_TRUE(a_step_waits_for_the_lease(4)) << shown();
  snapshots("h1", guest().set(&telemetry::DomainSample::swap_in_bytes_per_second, 1048576.0));
  executor_->advance(cluster_, token_);
  executor_->act_until(Milliseconds::max());
  ASSERT_TRUE(advance_until([&] { return has(ActionState::kVerifying, back_id()); })) << shown();
  EXPECT_THAT(changes(), ElementsAre("set_balloon h1 uuid-a " + std::to_string(412 * kMebibyte),
                                     "set_balloon h1 uuid-a " + std::to_string(512 * kMebibyte)));
}

struct Suffering {
  const char* name;
  const char* reason;
  telemetry::DomainSample (*sample)(testing::DomainBuilder);
};
void PrintTo(const Suffering& one, std::ostream* out) { *out << one.name; }

class SufferingTest : public ShrinkTest, public ::testing::WithParamInterface<Suffering> {};
INSTANTIATE_TEST_SUITE_P(
    Signs, SufferingTest,
    ::testing::Values(Suffering{"swap_in", "swaps in 1 MiB a second",
                                [](testing::DomainBuilder d) -> telemetry::DomainSample {
                                  return d.set(&telemetry::DomainSample::swap_in_bytes_per_second, 1048576.0);
                                }},
                      Suffering{"major_faults", "has 500 major faults a second",
                                [](testing::DomainBuilder d) -> telemetry::DomainSample {
                                  return d.set(&telemetry::DomainSample::major_faults_per_second, 500.0);
                                }},
                      Suffering{"pressure", "uses 95 % of the memory that it has left",
                                [](testing::DomainBuilder d) -> telemetry::DomainSample { return d.used(0.95); }}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_P(SufferingTest, Law8RollsBackByAnActionOfItsOwnWhileItStillTakes) {
  ASSERT_TRUE(begin_shrink());
  ASSERT_TRUE(seconds_until(
      5, [&] { return GetParam().sample(guest()); }, [&] { return has(ActionState::kVerifying, back_id()); }))
      << shown();
  EXPECT_THAT(journal(), Contains(::testing::AllOf(HasSubstr("aborted: a " + std::string(GetParam().reason)),
                                                   HasSubstr("rolled back by action " + back_id()))))
      << shown();
  EXPECT_THAT(journal(), Contains(HasSubstr("intent: rolls back action-a: a " + std::string(GetParam().reason))));
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, 512 * kMebibyte) << shown();
  ASSERT_TRUE(seconds_until(
      3, [&] { return guest(); }, [&] { return has(ActionState::kDone, back_id()); }))
      << shown();
  EXPECT_TRUE(executor_->in_flight().empty());
}

TEST_P(SufferingTest, Law8RollsBackDuringTheWatchAfterTheLastStep) {
  ASSERT_TRUE(begin_shrink());
  ASSERT_TRUE(seconds_until(
      30, [&] { return guest(); }, [&] { return has(ActionState::kVerifying); }))
      << shown();
  ASSERT_TRUE(seconds_until(
      5, [&] { return GetParam().sample(guest()); }, [&] { return has(ActionState::kVerifying, back_id()); }))
      << shown();
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, 512 * kMebibyte) << shown();
}

TEST_F(ShrinkTest, Law8GivesBackWhatItTookWhenItIsToldThatTheGuestNeedsIt) {
  EXPECT_FALSE(executor_->give_back("action-a", "x")) << "nothing is under way";
  ASSERT_TRUE(begin_shrink());
  ASSERT_TRUE(executor_->give_back("action-a", "a needs it by now: Grow fires"));
  EXPECT_FALSE(executor_->give_back("action-a", "once more"));
  ASSERT_TRUE(advance_until([&] { return has(ActionState::kVerifying, back_id()); })) << shown();
  EXPECT_THAT(journal(), Contains(HasSubstr("aborted: a needs it by now: Grow fires; rolled back by action")));
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, 512 * kMebibyte) << shown();
}

TEST_F(ShrinkTest, DoesNotBlameTheShrinkForWhatWasSoBefore) {
  const auto busy = [&]() -> telemetry::DomainSample {
    return guest().set(&telemetry::DomainSample::major_faults_per_second, 500.0);
  };
  snapshots("h1", busy());
  ASSERT_TRUE(begin(action_of(SetBalloon{512 * kMebibyte, 412 * kMebibyte})));
  ASSERT_TRUE(reaches(ActionState::kVerifying));
  EXPECT_TRUE(seconds_until(15, busy, [&] { return has(ActionState::kDone); })) << shown();
}

TEST_F(ShrinkTest, GivesUpOnAGuestThatDoesNotGiveMemoryBackAndTakesTheWishBack) {
  options_.verify_limit = std::chrono::seconds(5);
  make_executor();
  ASSERT_TRUE(begin_shrink());
  const auto stubborn = [&]() -> telemetry::DomainSample {
    return domain("a").memory(512 * kMebibyte, kGibibyte).used(0.3);
  };
  ASSERT_TRUE(seconds_until(40, stubborn, [&] { return has(ActionState::kFailed); })) << shown();
  EXPECT_THAT(journal(), Contains(HasSubstr("failed: a does not give memory back: it still has 512 MiB"))) << shown();
  ASSERT_TRUE(seconds_until(5, stubborn, [&] { return has(ActionState::kDone, back_id()); })) << shown();
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, 512 * kMebibyte);
}

TEST_F(ShrinkTest, WatchesOnAfterATakeoverAndRollsBack) {
  ASSERT_TRUE(begin_shrink());
  make_executor();  // the one before is gone, half-way
  executor_->adopt(*journal_.open_actions());
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  ASSERT_TRUE(seconds_until(
      5, [&] { return guest(0.95).operator telemetry::DomainSample(); },
      [&] { return has(ActionState::kVerifying, back_id()); }))
      << shown();
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes, 512 * kMebibyte) << shown();
}

TEST_F(ShrinkTest, WaitsForTheFirstSnapshotsAfterATakeover) {
  ASSERT_TRUE(begin_shrink());
  make_executor();
  cluster_ = {};
  executor_->adopt(*journal_.open_actions());
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  clock_.advance(std::chrono::seconds(19));
  executor_->advance(cluster_, token_);
  EXPECT_FALSE(has(ActionState::kAborted)) << shown();
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_THAT(journal().back(), HasSubstr("no fresh snapshot for 20 s")) << shown();
}

TEST_F(ShrinkTest, LeavesHalfAShrinkAfterATakeoverWhenTheGuestIsWell) {
  ASSERT_TRUE(begin_shrink());
  make_executor();
  executor_->adopt(*journal_.open_actions());
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  ASSERT_TRUE(seconds_until(
      15, [&] { return guest(); }, [&] { return has(ActionState::kAborted); }))
      << shown();
  EXPECT_EQ(changes().size(), 1u) << "nothing is tried twice" << shown();
}

TEST_F(ShrinkTest, EndsBetweenTwoStepsWhenItIsCancelled) {
  ASSERT_TRUE(begin_shrink());
  ASSERT_TRUE(executor_->cancel("action-a", "an operator asked for it"));
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_THAT(journal(), Contains("aborted: an operator asked for it; it stays at 412 MiB"));
}

// --- somebody else, meanwhile ---------------------------------------------------------------------------------------

class WatchedAfterTheLastStep : public ShrinkTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(begin_shrink());
    ASSERT_TRUE(seconds_until(
        30, [&] { return guest(); }, [&] { return has(ActionState::kVerifying); }))
        << shown();
  }
  bool has_bytes(std::int64_t bytes) const {
    return hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes == bytes;
  }
};

TEST_F(WatchedAfterTheLastStep, LeavesAGuestAloneToWhichAnOperatorGaveMore) {
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts_with(1, 900 * kMebibyte));
  ASSERT_TRUE(seconds_until(
      60, [&] { return guest(0.95); }, [&] { return has(ActionState::kFailed) || has(ActionState::kAborted); }))
      << shown();
  reaches(ActionState::kSkipped, back_id());
  EXPECT_TRUE(has_bytes(900 * kMebibyte)) << shown();
}

TEST_F(WatchedAfterTheLastStep, EndsWithoutARollBackWhenItIsCancelled) {
  EXPECT_TRUE(executor_->cancel("action-a", "somebody else changed it"));
  ASSERT_TRUE(seconds_until(
      3, [&] { return guest(0.95); }, [&] { return has(ActionState::kAborted); }))
      << shown();
  EXPECT_THAT(journal(), Contains("aborted: somebody else changed it; the memory stays where it is"));
  EXPECT_TRUE(has_bytes(262 * kMebibyte)) << shown();
}

// --- a roll-back that is hindered -----------------------------------------------------------------------------------

TEST_F(WatchedAfterTheLastStep, Law8RollsBackAlsoWhileABackupHoldsTheDomain) {
  auto facts = facts_with(1, 262 * kMebibyte);
  facts.job_active = true;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  ASSERT_TRUE(seconds_until(
      5, [&] { return guest(0.95); }, [&] { return has(ActionState::kVerifying, back_id()); }))
      << shown();
  EXPECT_TRUE(has_bytes(512 * kMebibyte)) << shown();
}

TEST_F(WatchedAfterTheLastStep, Law8TriesARollBackUntilItSucceeds) {
  options_.ask_again = Milliseconds(5);
  make_executor();
  executor_->adopt(*journal_.open_actions());
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  hypervisor_.fail_next("set_balloon", {ports::CallFault::kBusy, "cannot acquire state change lock"});
  ASSERT_TRUE(seconds_until(
      5, [&] { return guest(0.95); }, [&] { return has(ActionState::kVerifying, back_id()); }))
      << shown();
  EXPECT_THAT(journal(), Contains("progress: it is tried until it succeeds: cannot acquire state change lock"));
  EXPECT_TRUE(has_bytes(512 * kMebibyte)) << shown();
}

TEST_F(WatchedAfterTheLastStep, Law8ARollBackThatWasOnlyIntendedIsCarriedOutByWhoTakesOver) {
  hypervisor_.fail_node(uuid_of("h1"), {ports::CallFault::kUnreachable, "h1 does not answer"});
  ASSERT_TRUE(seconds_until(
      5, [&] { return guest(0.95); }, [&] { return has(ActionState::kIntent, back_id()); }))
      << shown();
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  make_executor();
  hypervisor_.mend_node(uuid_of("h1"));
  executor_->adopt(*journal_.open_actions());
  ASSERT_TRUE(reaches(ActionState::kVerifying, back_id())) << shown();
  EXPECT_TRUE(has_bytes(512 * kMebibyte)) << shown();
}

}  // namespace
}  // namespace hotspot::act
