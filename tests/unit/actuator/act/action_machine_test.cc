// What lets an action go on, what makes it skip, and when it has been seen; and when a migration counts as stalled.
#include "actuator/act/action_machine.h"

#include <gtest/gtest.h>

#include "actuator/act/stall.h"
#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using ports::CallError;
using ports::CallFault;
using telemetry::DomainState;
using Facts = Result<ports::DomainFacts, CallError>;

const model::Action kVcpus = action_of(model::SetVcpus{1, 2});
const model::Action kBalloon = action_of(model::SetBalloon{512 * kMebibyte, 612 * kMebibyte});
const model::Action kMove = action_of(migrate_to("h2"));

ports::DomainFacts in_state(DomainState state) {
  ports::DomainFacts facts = facts_with(1);
  facts.state = state;
  return facts;
}

TEST(SecondLook, LetsGoWhatIsAsThePlanPresumed) {
  for (const model::Action& action : {kVcpus, kBalloon, kMove}) {
    EXPECT_EQ(reason_to_skip(action, facts_with(1)), std::nullopt) << model::describe(action.step);
    EXPECT_EQ(reason_to_skip(action, in_state(DomainState::kBlocked)), std::nullopt) << "blocked is running, for Xen";
  }
}

TEST(SecondLook, SkipsADomainThatDoesNotRun) {
  for (const DomainState state : {DomainState::kUnknown, DomainState::kPaused, DomainState::kShutdown,
                                  DomainState::kShutoff, DomainState::kCrashed, DomainState::kSuspended}) {
    for (const model::Action& action : {kVcpus, kBalloon, kMove}) {
      EXPECT_EQ(reason_to_skip(action, in_state(state)),
                "a is " + std::string(telemetry::to_string(state)) + " by now");
    }
  }
}

TEST(SecondLook, SkipsADomainThatAnotherJobHolds) {
  ports::DomainFacts facts = facts_with(1);
  facts.job_active = true;
  for (const model::Action& action : {kVcpus, kBalloon, kMove}) {
    EXPECT_EQ(reason_to_skip(action, facts), "another job holds a (a migration, a backup, a save)");
  }
}

TEST(SecondLook, Law4_LeavesADomainAloneOnWhoseDisksSomebodyElseWorks) {
  ports::DomainFacts facts = facts_with(1);
  facts.block_job = "copy of vda";
  for (const model::Action& action : {kVcpus, kBalloon, kMove}) {
    EXPECT_EQ(reason_to_skip(action, facts), "somebody else's copy of vda (a block job) is under way on a");
  }
  model::Action undo = kBalloon;
  undo.undoes = "1-1-a0";
  EXPECT_EQ(reason_to_skip(undo, facts), std::nullopt) << "a roll-back is safety";
}

TEST(SecondLook, SkipsWhenSomebodyElseChangedTheVcpus) {
  EXPECT_EQ(reason_to_skip(kVcpus, facts_with(3)), "a has 3 vCPUs by now, the plan was made for 1");
  EXPECT_EQ(reason_to_skip(kVcpus, facts_with(2)), "a has 2 vCPUs by now, the plan was made for 1") << "the goal too";
  EXPECT_EQ(reason_to_skip(kBalloon, facts_with(3)), std::nullopt) << "vCPUs are nothing to a balloon";
  EXPECT_EQ(reason_to_skip(kMove, facts_with(3)), std::nullopt);
}

TEST(SecondLook, LeavesAnEmulatedDomainItsVcpus) {
  const model::Action fewer = action_of(model::SetVcpus{2, 1});
  ports::DomainFacts facts = facts_with(2);
  EXPECT_EQ(reason_to_skip(fewer, facts), std::nullopt);
  facts.emulated = true;
  EXPECT_EQ(reason_to_skip(fewer, facts),
            "a keeps its 2 vCPUs: QEMU without KVM does not tell libvirt of one that went, and would not survive a "
            "migration after that");
  facts.vcpus = 1;
  EXPECT_EQ(reason_to_skip(kVcpus, facts), std::nullopt) << "it may get more";
}

TEST(SecondLook, DoesNotMoveADomainOfWhichLibvirtCountsMoreVcpusThanRun) {
  model::Action move = kMove;
  move.expected[plan::kExpectedVcpus] = 1;
  EXPECT_EQ(
      reason_to_skip(move, facts_with(2)),
      "libvirt counts 2 vCPUs of a, of which 1 runs: should QEMU have let one go, it would not survive a migration");
  EXPECT_EQ(reason_to_skip(move, facts_with(1)), std::nullopt);
  move.expected[plan::kExpectedVcpus] = 2;
  EXPECT_EQ(reason_to_skip(move, facts_with(1)), std::nullopt) << "libvirt has been told of the one that went";
}

TEST(SecondLook, SkipsWhatTheDomainMayNotHave) {
  EXPECT_EQ(reason_to_skip(action_of(model::SetVcpus{1, 5}), facts_with(1)), "a may have at most 4 vCPUs");
}

TEST(SecondLook, SkipsWhenSomebodyElseChangedTheBalloon) {
  EXPECT_EQ(reason_to_skip(kBalloon, facts_with(1, 700 * kMebibyte)),
            "a has 700 MiB by now, the plan was made for 512 MiB");
  EXPECT_EQ(reason_to_skip(kBalloon, facts_with(1, 512 * kMebibyte + kBalloonToleranceBytes)), std::nullopt);
  EXPECT_NE(reason_to_skip(kBalloon, facts_with(1, 512 * kMebibyte + kBalloonToleranceBytes + 1)), std::nullopt);
  EXPECT_EQ(reason_to_skip(kVcpus, facts_with(1, 700 * kMebibyte)), std::nullopt);
}

TEST(SecondLookAtTheTarget, LetsGoWhenTheDomainIsNotThere) {
  EXPECT_EQ(reason_to_skip_at_target(kMove, Facts(CallError{CallFault::kNotFound, "no domain"})), std::nullopt);
  EXPECT_EQ(reason_to_skip_at_target(kMove, Facts(in_state(DomainState::kShutoff))), std::nullopt)
      << "a definition that was left behind";
}

TEST(SecondLookAtTheTarget, SkipsWhenTheDomainIsThereInAnyOtherState) {
  for (const DomainState state : {DomainState::kRunning, DomainState::kBlocked, DomainState::kPaused,
                                  DomainState::kCrashed, DomainState::kUnknown}) {
    EXPECT_EQ(reason_to_skip_at_target(kMove, Facts(in_state(state))),
              "libvirt on the target knows a already, as " + std::string(telemetry::to_string(state)));
  }
}

TEST(SecondLookAtTheTarget, SkipsWhenTheTargetDoesNotAnswer) {
  for (const CallFault fault : {CallFault::kUnreachable, CallFault::kRefused, CallFault::kBusy}) {
    EXPECT_EQ(reason_to_skip_at_target(kMove, Facts(CallError{fault, "h2: connection reset"})),
              "the target cannot be asked: h2: connection reset");
  }
}

TEST(AfterTheCall, LibvirtMustShowWhatItSaid) {
  EXPECT_EQ(mismatch_in_libvirt(kVcpus, facts_with(2)), std::nullopt);
  EXPECT_EQ(mismatch_in_libvirt(kVcpus, facts_with(1)), "libvirt took the change, but a has 1 vCPU");
  EXPECT_EQ(mismatch_in_libvirt(kMove, facts_with(1)), std::nullopt);
  EXPECT_EQ(mismatch_in_libvirt(kMove, in_state(DomainState::kBlocked)), std::nullopt);
  EXPECT_EQ(mismatch_in_libvirt(kMove, in_state(DomainState::kPaused)), "a is on the target, but paused");
  EXPECT_EQ(mismatch_in_libvirt(kBalloon, facts_with(1, 512 * kMebibyte)), std::nullopt)
      << "a guest gives memory back as fast as it can";
}

model::Cluster with_a_on(const std::string& host, const telemetry::DomainSample& a, WallTime at = kNow) {
  return host == "h1" ? cluster_of({node("h1").at(at).with(a), node("h2").at(at)})
                      : cluster_of({node("h1").at(at), node("h2").at(at).with(a)});
}

TEST(InTheSnapshots, AScalingIsSeenOnceTheyShowIt) {
  const WallTime acted = kNow - Milliseconds(1);
  EXPECT_EQ(seen_in_snapshots(kVcpus, with_a_on("h1", domain("a").vcpus(2, 4)), acted), Seen::kYes);
  EXPECT_EQ(seen_in_snapshots(kVcpus, with_a_on("h1", domain("a").vcpus(1, 4)), acted), Seen::kNotYet);
  EXPECT_EQ(seen_in_snapshots(kBalloon, with_a_on("h1", domain("a").memory(612 * kMebibyte, kGibibyte)), acted),
            Seen::kYes);
  EXPECT_EQ(seen_in_snapshots(kBalloon, with_a_on("h1", domain("a").memory(605 * kMebibyte, kGibibyte)), acted),
            Seen::kYes)
      << "within the tolerance";
  EXPECT_EQ(seen_in_snapshots(kBalloon, with_a_on("h1", domain("a").memory(512 * kMebibyte, kGibibyte)), acted),
            Seen::kNotYet);
}

TEST(InTheSnapshots, WhatIsNotMeasuredIsNotSeen) {
  const WallTime acted = kNow - Milliseconds(1);
  EXPECT_EQ(
      seen_in_snapshots(kVcpus, with_a_on("h1", domain("a").set(&model::DomainSample::vcpus, std::nullopt)), acted),
      Seen::kNotYet);
  EXPECT_EQ(
      seen_in_snapshots(
          kBalloon, with_a_on("h1", domain("a").set(&model::DomainSample::memory_balloon_bytes, std::nullopt)), acted),
      Seen::kNotYet);
}

TEST(InTheSnapshots, AMigrationIsSeenWhenTheDomainRunsOnTheTarget) {
  const WallTime acted = kNow - Milliseconds(1);
  EXPECT_EQ(seen_in_snapshots(kMove, with_a_on("h2", domain("a")), acted), Seen::kYes);
  EXPECT_EQ(seen_in_snapshots(kMove, with_a_on("h1", domain("a")), acted), Seen::kNotYet);
  EXPECT_EQ(seen_in_snapshots(kMove, with_a_on("h2", domain("a").state(DomainState::kPaused)), acted), Seen::kNotYet);
}

TEST(InTheSnapshots, OnlyThoseOfAfterTheActionCount) {
  const model::Cluster cluster = with_a_on("h1", domain("a").vcpus(2, 4));
  EXPECT_EQ(seen_in_snapshots(kVcpus, cluster, kNow), Seen::kNotYet) << "taken at the same moment";
  EXPECT_EQ(seen_in_snapshots(kVcpus, cluster, kNow - Milliseconds(1)), Seen::kYes);
  EXPECT_EQ(seen_in_snapshots(kVcpus, cluster_of({}), kNow - Milliseconds(1)), Seen::kNotYet) << "no snapshot at all";
}

TEST(InTheSnapshots, ADomainThatIsElsewhereIsNotSeen) {
  const WallTime acted = kNow - Milliseconds(1);
  EXPECT_EQ(seen_in_snapshots(kVcpus, with_a_on("h2", domain("a").vcpus(2, 4)), acted), Seen::kNotYet);
  EXPECT_EQ(seen_in_snapshots(kVcpus, with_a_on("h1", domain("b").vcpus(2, 4)), acted), Seen::kNotYet);
}

ports::MigrationProgress remaining(std::optional<std::int64_t> bytes) {
  ports::MigrationProgress progress;
  progress.memory_remaining_bytes = bytes;
  return progress;
}

TEST(Stall, IsNotWhatTakesLongButGetsOn) {
  StallWatch watch(Milliseconds(1000));
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(watch.stalled(remaining(kGibibyte - i), Milliseconds(i * 999))) << i;
}

TEST(Stall, IsWhenNothingGetsBetterForTheLimit) {
  StallWatch watch(Milliseconds(1000));
  EXPECT_FALSE(watch.stalled(remaining(100), Milliseconds(5000)));
  EXPECT_FALSE(watch.stalled(remaining(200), Milliseconds(5500))) << "the guest writes faster than it is copied";
  EXPECT_FALSE(watch.stalled(remaining(100), Milliseconds(5999)));
  EXPECT_TRUE(watch.stalled(remaining(100), Milliseconds(6000)));
  EXPECT_EQ(watch.least_remaining_bytes(), 100);
}

TEST(Stall, IsAlsoWhenLibvirtTellsNoFigures) {
  StallWatch watch(Milliseconds(1000));
  EXPECT_FALSE(watch.stalled(remaining(std::nullopt), Milliseconds(0)));
  EXPECT_FALSE(watch.stalled(remaining(std::nullopt), Milliseconds(999)));
  EXPECT_TRUE(watch.stalled(remaining(std::nullopt), Milliseconds(1000)));
}

TEST(Overtaken, SaysWhatSomebodyElseMadeOfTheDomain) {
  using testing::cluster_of;
  using testing::domain;
  using testing::node;
  const auto said = [](const model::Action& action, const model::Cluster& cluster) {
    return overtaken_by_others(action, cluster, testing::kNow - Milliseconds(1)).value_or("");
  };
  const auto with = [](int vcpus) { return cluster_of({node("h1").with(domain("a").vcpus(vcpus, 8))}); };
  EXPECT_EQ(said(kVcpus, with(4)), "a has 4 vCPUs: somebody else changed it meanwhile, and so it stays");
  EXPECT_EQ(said(kVcpus, with(1)), "") << "not seen yet";
  EXPECT_EQ(said(kVcpus, with(2)), "");
  EXPECT_EQ(said(kMove, cluster_of({node("h1"), node("h2"), node("h3").with(domain("a"))})),
            "a is on h3: somebody else changed it meanwhile, and so it stays");
  EXPECT_EQ(said(kMove, cluster_of({node("h1").with(domain("a")), node("h2")})), "") << "not there yet";
  EXPECT_EQ(overtaken_by_others(kVcpus, with(4), testing::kNow), std::nullopt) << "a snapshot of before the act";
}

telemetry::MemoryDevice virtio_mem(std::int64_t plugged_bytes) {
  telemetry::MemoryDevice device;
  device.device = "virtiomem0";
  device.model = "virtio-mem";
  device.current_bytes = plugged_bytes;
  return device;
}

// What virtio-mem has plugged in is the guest's memory, beside the balloon.
TEST(MemoryNeed, OfAMoveCountsWhatIsPluggedIn) {
  ports::DomainFacts facts = facts_with(1, 2 * kGibibyte);
  facts.memory_devices.push_back(virtio_mem(6 * kGibibyte));
  EXPECT_EQ(memory_need(kMove, facts).bytes, 8 * kGibibyte);
}

TEST(Overtaken, DoesNotTakeWhatIsPluggedInForSomebodyElsesChange) {
  auto sample =
      testing::domain("a").memory(512 * kMebibyte + kGibibyte, 2 * kGibibyte).operator telemetry::DomainSample();
  sample.memory_devices.push_back(virtio_mem(kGibibyte));
  const model::Cluster cluster = testing::cluster_of({testing::node("h1").at(testing::kNow).with(sample)});
  EXPECT_EQ(overtaken_by_others(kBalloon, cluster, testing::kNow - Milliseconds(1000)), std::nullopt);
}

}  // namespace
}  // namespace hotspot::act
