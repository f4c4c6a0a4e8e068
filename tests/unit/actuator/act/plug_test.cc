// Memory that is plugged in: done once the guest has taken it, held where it did not, taken back as carefully as any.
#include "actuator/plan/scaling.h"
#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using model::PlugDimm;
using model::SetVirtioMem;
using telemetry::DomainSample;
using telemetry::MemoryDevice;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

MemoryDevice holding(std::int64_t bytes) {
  return {"virtiomem0", "virtio-mem", kGibibyte, bytes, bytes, 2 * kMebibyte};
}

class PlugTest : public Stage {
 protected:
  PlugTest() {
    options_.verify_limit = std::chrono::seconds(10);
    options_.ask_again = Milliseconds(1);
    options_.shrink.step_bytes = 100 * kMebibyte;
    options_.shrink.step_pause = std::chrono::seconds(2);
    options_.shrink.watch = std::chrono::seconds(5);
    make_executor();
    set_world(0);
  }
  void set_world(std::int64_t held) {
    ports::DomainFacts facts = facts_with(1);
    facts.memory_devices = {holding(held)};
    facts.guest_memory_bytes = 500 * kMebibyte;
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  }
  std::int64_t held() { return *hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->memory_devices.front().current_bytes; }
  // What a snapshot would show of libvirt's state now.
  DomainSample guest(double used = 0.3) {
    return domain("a")
        .memory(512 * kMebibyte + held(), 512 * kMebibyte + kGibibyte)
        .used(used)
        .set(&DomainSample::memory_devices, {holding(held())});
  }
  // Time passes until the worker gives up.
  bool fails() {
    return advance_until([&] {
      clock_.advance(Milliseconds(500));
      return std::any_of(store_.entries.begin(), store_.entries.end(),
                         [](const auto& e) { return e.state == ActionState::kFailed; });
    });
  }
};

TEST_F(PlugTest, Law9SaysDoneOnceTheGuestHasTakenItAndASnapshotShowsIt) {
  ASSERT_TRUE(begin(action_of(SetVirtioMem{"virtiomem0", 0, 256 * kMebibyte})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_EQ(held(), 256 * kMebibyte);
  snapshots("h1", guest());
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
  EXPECT_EQ(store_.entries.back().figures["plugged_bytes"], 256.0 * kMebibyte);
}

TEST_F(PlugTest, CountsAGuestThatTakesNothingAsFailedAndAsksForNoMore) {
  hypervisor_.ignore_memory_changes();
  ASSERT_TRUE(begin(action_of(SetVirtioMem{"virtiomem0", 0, 256 * kMebibyte})));
  ASSERT_TRUE(fails()) << shown();
  EXPECT_EQ(journal().back(),
            "failed: a takes no more than 0 B of its virtiomem0 (does its kernel have the driver "
            "virtio_mem?); it is held at 0 B");
  EXPECT_THAT(changes(), ElementsAre("resize_memory h1 uuid-a virtiomem0 0 B → 256 MiB",
                                     "resize_memory h1 uuid-a virtiomem0 0 B → 0 B"));
}

TEST_F(PlugTest, CountsADimmThatTheGuestDoesNotUseAsFailedAndSaysWhatToDo) {
  hypervisor_.set_dimm_slots(1);
  hypervisor_.ignore_memory_changes();
  model::Action action = action_of(PlugDimm{0, 128 * kMebibyte});
  action.expected[plan::kExpectedGuestMemoryBefore] = 500.0 * kMebibyte;
  ASSERT_TRUE(begin(action));
  ASSERT_TRUE(fails()) << shown();
  EXPECT_THAT(journal().back(), HasSubstr("a has a DIMM more, but does not use it; in a Linux guest: echo online > "
                                          "/sys/devices/system/memory/auto_online_blocks"));
}

TEST_F(PlugTest, ADimmThatTheGuestUsesIsDone) {
  hypervisor_.set_dimm_slots(1);
  model::Action action = action_of(PlugDimm{0, 128 * kMebibyte});
  action.expected[plan::kExpectedGuestMemoryBefore] = 500.0 * kMebibyte;
  ASSERT_TRUE(begin(action));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  snapshots("h1", domain("a").set(&DomainSample::memory_devices,
                                  {MemoryDevice{"dimm1", "dimm", 128 * kMebibyte, {}, {}, {}}}));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
}

TEST_F(PlugTest, SkipsWhatSomebodyElseHasChangedMeanwhile) {
  set_world(64 * kMebibyte);
  ASSERT_TRUE(begin(action_of(SetVirtioMem{"virtiomem0", 0, 256 * kMebibyte})));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_EQ(journal().back(), "skipped: virtiomem0 of a holds 64 MiB by now, the plan was made for 0 B");
}

TEST_F(PlugTest, Law8TakesItBackInSmallStepsAndGivesItBackWhenTheGuestSuffers) {
  set_world(300 * kMebibyte);
  snapshots("h1", guest());
  executor_->advance(cluster_, token_);
  ASSERT_TRUE(begin(action_of(SetVirtioMem{"virtiomem0", 300 * kMebibyte, 100 * kMebibyte})));
  ASSERT_TRUE(advance_until([&] { return held() == 200 * kMebibyte; })) << shown();
  snapshots("h1", guest());
  executor_->advance(cluster_, token_);
  DomainSample swapping = guest();
  swapping.swap_in_bytes_per_second = 10.0 * kMebibyte;
  snapshots("h1", swapping);
  ASSERT_TRUE(reaches(ActionState::kAborted)) << shown();
  EXPECT_TRUE(advance_until([&] { return held() == 300 * kMebibyte; })) << shown();
  EXPECT_EQ(changes().back(), "resize_memory h1 uuid-a virtiomem0 200 MiB → 300 MiB");
}

TEST_F(PlugTest, FindsOutAfterATakeoverWhetherItTookEffect) {
  set_world(256 * kMebibyte);
  ports::JournalEntry entry;
  entry.token = token_;
  entry.state = ActionState::kStarted;
  for (const std::int64_t to : {256 * kMebibyte, 512 * kMebibyte}) {
    entry.action = action_of(SetVirtioMem{"virtiomem0", 0, to});
    entry.action.id = "plug-" + std::to_string(to / kMebibyte);
    ASSERT_TRUE(journal_.append(entry));
  }
  executor_->adopt(*journal_.open_actions());
  EXPECT_TRUE(reaches(ActionState::kVerifying, "plug-256")) << shown();
  EXPECT_TRUE(reaches(ActionState::kAborted, "plug-512")) << shown();
}

}  // namespace
}  // namespace hotspot::act
