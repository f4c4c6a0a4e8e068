// A worker that is told to stop between its steps; in the test's own thread.
#include "actuator/act/worker.h"

#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WorkerTest : public Stage {
 protected:
  std::vector<std::string> run(const model::Action& action) {
    std::vector<std::string> told;
    order_.action = action;
    Worker({hypervisor_, clock_,
            [&](const ports::ActionReport& report) {
              if (report.state == model::ActionState::kProgress) return;
              figures_ = report.figures;
              told.push_back(std::string(model::to_string(report.state)) +
                             (report.message.empty() ? "" : ": " + report.message));
            }},
           options_, deadline_)
        .run(order_);
    return told;
  }
  void cancel() {
    const std::lock_guard lock(order_.mutex);
    order_.cancel_reason = "an operator asked for it";
    order_.cancel = true;
  }

  Deadline deadline_ = std::make_shared<std::atomic<Milliseconds>>(Milliseconds::max());
  WorkOrder order_;
  std::map<std::string, double> figures_;  // of the newest report
};

TEST_F(WorkerTest, CarriesOutWhatNothingStops) {
  EXPECT_THAT(run(action_of(model::SetVcpus{1, 2})), ElementsAre("started", "verifying"));
  EXPECT_THAT(hypervisor_.calls(), ElementsAre("look h1 uuid-a", "set_vcpus h1 uuid-a 2", "look h1 uuid-a"));
}

TEST_F(WorkerTest, Law5SkipsAMoveToATargetThatHasFilledUpMeanwhile) {
  hypervisor_.set_available_memory(uuid_of("h2"), 100 * kMebibyte);
  const auto told = run(action_of(migrate_to("h2")));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(), ::testing::HasSubstr("skipped: h2 has only 100 MiB of memory left by now, a needs "));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WorkerTest, AsksTheTargetForAllItNeedsBeforeTheGuestsWritingIsSampled) {
  hypervisor_.set_dirty_rate("uuid-a", 1e6);
  hypervisor_.refuse_at(uuid_of("h2"), "uuid-a", "h2 has no file '/srv/iso/cd.iso'",
                        fakes::FakeHypervisor::Refuses::kWhenAsked);
  EXPECT_THAT(run(action_of(migrate_to("h2"))), ElementsAre("skipped: h2 has no file '/srv/iso/cd.iso'"));
  EXPECT_THAT(hypervisor_.calls(), ElementsAre("look h1 uuid-a", "look h2 uuid-a", "look h2 uuid-a needs"));
  EXPECT_TRUE(figures_.contains(kRefusedByTarget));
}

TEST_F(WorkerTest, SaysWhoseFaultItIsThatLibvirtRefusedAMigration) {
  const std::pair<ports::Blame, const char*> said[] = {{ports::Blame::kTarget, kRefusedByTarget},
                                                       {ports::Blame::kNotSaid, kRefusedByTarget},
                                                       {ports::Blame::kDomain, kRefusedForDomain},
                                                       {ports::Blame::kPassing, kRefusedForNow}};
  for (const auto& [blame, figure] : said) {
    hypervisor_.fail_next("migrate", {ports::CallFault::kRefused, "h1: no", blame});
    EXPECT_THAT(run(action_of(migrate_to("h2"))), ::testing::Contains("failed: h1: no"));
    EXPECT_TRUE(figures_.contains(figure)) << figure;
    EXPECT_FALSE(figures_.contains(kCopied));
  }
  hypervisor_.fail_next("migrate", {ports::CallFault::kBusy, "h1: a backup"});
  run(action_of(migrate_to("h2")));
  EXPECT_THAT(figures_, IsEmpty()) << "no target refused anything";
}

TEST_F(WorkerTest, Law5SkipsMemoryThatTheNodeDoesNotHaveAnyMore) {
  hypervisor_.set_available_memory(uuid_of("h1"), 100 * kMebibyte);
  const std::int64_t now = hypervisor_.facts(uuid_of("h1"), "uuid-a")->balloon_bytes;
  const auto told = run(action_of(model::SetBalloon{now, now + 200 * kMebibyte}));
  EXPECT_THAT(told, ElementsAre("skipped: h1 has only 100 MiB of memory left by now, a needs 200 MiB more"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WorkerTest, SkipsWhatIsOverBeforeItBegan) {
  order_.over_reason = "NodeHot does not fire any more";
  order_.over = true;
  EXPECT_THAT(run(action_of(model::SetVcpus{1, 2})), ElementsAre("skipped: NodeHot does not fire any more"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WorkerTest, SkipsAMigrationWhoseHotspotIsOverAfterTheSecondLook) {
  int looks = 0;
  hypervisor_.during_look = [&] {
    if (++looks < 4) return;  // source and target, before and after sampling
    const std::lock_guard lock(order_.mutex);
    order_.over_reason = "NodeHot does not fire any more";
    order_.over = true;
  };
  EXPECT_THAT(run(action_of(migrate_to("h2"))), ElementsAre("skipped: NodeHot does not fire any more"));
  EXPECT_EQ(looks, 4);
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ElementsAre(uuid_of("h1")));
}

TEST_F(WorkerTest, FinishesWhatHasBegunAlthoughItIsOverByThen) {
  int looks = 0;
  hypervisor_.during_look = [&] { order_.over = ++looks > 1; };
  EXPECT_THAT(run(action_of(model::SetVcpus{1, 2})), ElementsAre("started", "verifying"));
}

TEST_F(WorkerTest, Law8TakesNothingFromAGuestThatHasTakenMemorySinceTheSnapshot) {
  ports::DomainFacts facts = *hypervisor_.facts(uuid_of("h1"), uuid_of("a"));
  facts.guest_memory_bytes = facts.balloon_bytes;
  facts.guest_usable_bytes = facts.balloon_bytes / 4;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  const auto told = run(action_of(model::SetBalloon{512 * kMebibyte, 412 * kMebibyte}));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(),
              ::testing::HasSubstr("skipped: a needs what it has by now: it would use 93 % of what another "
                                   "step leaves, at most 75 % is allowed"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WorkerTest, DoesNotEvenLookWhenItWasCancelledBefore) {
  cancel();
  EXPECT_THAT(run(action_of(model::SetVcpus{1, 2})), ElementsAre("aborted: an operator asked for it"));
  EXPECT_THAT(hypervisor_.calls(), IsEmpty());
}

TEST_F(WorkerTest, TouchesNothingWhenItIsCancelledDuringTheSecondLook) {
  hypervisor_.during_look = [&] { cancel(); };
  for (const model::Step& step : {model::Step(model::SetVcpus{1, 2}), model::Step(migrate_to("h2"))}) {
    EXPECT_THAT(run(action_of(step)), ElementsAre("aborted: an operator asked for it"));
    EXPECT_THAT(changes(), IsEmpty()) << model::describe(step);
    order_.cancel = false;
  }
}

// Its executor has lost the lead: the one who leads now has asked libvirt and found that nothing had begun.
TEST_F(WorkerTest, TouchesNothingAndSaysNothingWhenItIsAbandonedDuringTheSecondLook) {
  hypervisor_.during_look = [&] { order_.abandon = true; };
  for (const model::Step& step : {model::Step(model::SetVcpus{1, 2}), model::Step(migrate_to("h2"))}) {
    EXPECT_THAT(run(action_of(step)), IsEmpty());
    EXPECT_THAT(changes(), IsEmpty()) << model::describe(step);
    order_.abandon = false;
  }
}

TEST_F(WorkerTest, StopsAskingWhenItIsAbandoned) {
  hypervisor_.fail_node(uuid_of("h1"), {ports::CallFault::kUnreachable, "h1: connection refused"});
  hypervisor_.during_look = [&] { order_.abandon = true; };
  order_.adopted = true;
  EXPECT_THAT(run(action_of(model::SetVcpus{1, 2})), IsEmpty());
}

}  // namespace
}  // namespace hotspot::act
