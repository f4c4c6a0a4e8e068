// A guest that takes up to 1.7 GiB and gives it back in steps of 100 MiB, over and over: the daemon follows it up and
// down without swap-in, out-of-memory kill or oscillation. Simulated, second by second.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "actuator/act/action_threads.h"
#include "actuator/loop/loop.h"
#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"
#include "tests/support/wait.h"
#include "tests/unit/actuator/loop/admitting.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

constexpr std::int64_t kMiB = kMebibyte;

constexpr const char* kFollow = R"(groups:
- name: memory
  rules:
  - hotspot: Grow
    expr: domain_memory_used_ratio > 80%
    for: 2 of 2
    remedy: [scale_memory: {by: 100MiB}]
    cooldown: 1s
  - hotspot: Shrink
    expr: domain_memory_used_ratio < 20%
    for: 10s
    remedy: [scale_memory: {by: -500MiB, min: 256MiB}]
    cooldown: 10s
)";

// 60 MiB of its own, and what its work holds; 24 MiB of the balloon are its kernel's.
struct Guest {
  std::int64_t held = 0;
  std::int64_t balloon = 512 * kMiB;
  bool swapped = false;
  std::int64_t available() const { return balloon - 24 * kMiB; }
  std::int64_t used() const { return 60 * kMiB + held; }

  telemetry::DomainSample sample() {
    swapped = swapped || used() > available();
    return domain("a")
        .memory(balloon, 2560 * kMiB)
        .set(&telemetry::DomainSample::memory_available_bytes, available())
        .set(&telemetry::DomainSample::memory_usable_bytes, std::max<std::int64_t>(0, available() - used()))
        .set(&telemetry::DomainSample::swap_in_bytes_per_second, used() > available() ? 1e6 : 0.0);
  }
};

class FollowTest : public ::testing::Test {
 protected:
  FollowTest() {
    options_.cluster = "test";
    options_.mode = rules::Mode::kEnforce;
    options_.limits.settle_samples = 1;
    options_.shrink.watch = std::chrono::seconds(20);
    // Its hours are minutes.
    options_.shrink_observed = options_.limits.reversal_rest = std::chrono::seconds(10);
    options_.memory_care.remember = options_.memory_care.after = std::chrono::seconds(60);
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"),
                           {.state = telemetry::DomainState::kRunning,
                            .vcpus = 1,
                            .vcpus_max = 1,
                            .balloon_bytes = guest_.balloon,
                            .balloon_max_bytes = 2560 * kMiB});
    admitting_.admit("h1", options_);
    loop_ =
        std::make_unique<Loop>(LoopPorts{hypervisor_, act::actions_in_threads(clock_, [] {}), journal_, lease_, clock_,
                                         [] {
                                           LoadedRules loaded;
                                           loaded.files = {{"rules.yaml", kFollow}};
                                           loaded.checked = rules::check(loaded.files);
                                           return loaded;
                                         }},
                               options_, "hotspotd@one:1", [](LogLevel, const std::string&) {});
    EXPECT_TRUE(loop_->start());
    admitting_.deliver(*loop_, clock_.now());
  }

  std::size_t news() const { return store_.entries.size() + hypervisor_.calls().size(); }

  void second() {
    clock_.advance(Milliseconds(1000));
    std::vector<ports::Arrival> arrivals;
    arrivals.push_back({node("h1").at(clock_.now(), ++sequence_).with(guest_.sample()), clock_.now()});
    loop_->take(std::move(arrivals));
    // Workers are threads of their own: rounds without news, until none has more to say. On a loaded machine one may
    // wait for its turn.
    for (std::size_t before = news() + 1; before != news();) {
      before = news();
      loop_->tick();
      const bool works = loop_->remembered().at("actions begun") > 0;
      hotspot::testing::wait_for([&] { return loop_->tick(), news() != before; },
                                 std::chrono::milliseconds(works ? 10 : 1));
    }
    const std::int64_t now = hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->balloon_bytes;
    const int direction = now > guest_.balloon ? 1 : now < guest_.balloon ? -1 : direction_;
    if (direction != direction_ && direction_ != 0) ++turns_;
    direction_ = direction;
    guest_.balloon = now;
    most_ = std::max(most_, now);
    least_ = std::min(least_, now);
    history_ += std::to_string(guest_.used() / kMiB) + "/" + std::to_string(now / kMiB) + " ";
  }

  void step_to(std::int64_t held, int seconds_a_step) {
    while (guest_.held != held) {
      guest_.held += guest_.held < held ? 100 * kMiB : -100 * kMiB;
      for (int i = 0; i < seconds_a_step; ++i) second();
    }
  }

  fakes::FakeClock clock_{kNow};
  fakes::FakeStore store_;
  fakes::FakeHypervisor hypervisor_;
  Admitting admitting_{hypervisor_};
  fakes::FakeJournal journal_{store_, clock_};
  fakes::FakeLease lease_{store_, clock_, "hotspotd@one:1"};
  Options options_;
  Guest guest_;
  std::uint64_t sequence_ = 0;
  int direction_ = 0, turns_ = 0;
  std::int64_t most_ = 0, least_ = INT64_MAX;
  std::string history_;  // used/balloon in MiB, second by second
  std::unique_ptr<Loop> loop_;
};

TEST_F(FollowTest, Law8FollowsAGuestUpAndDownWithoutSwapInOrOscillation) {
  constexpr int kCycles = 2;
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    most_ = 0;
    step_to(1700 * kMiB, 12);
    EXPECT_GE(most_, 2100 * kMiB) << history_;
    least_ = INT64_MAX;
    step_to(0, 12);
    for (int i = 0; i < 200; ++i) second();
    EXPECT_LE(least_, 700 * kMiB) << "it gives back what the guest does not need: " << history_;
  }
  EXPECT_FALSE(guest_.swapped) << history_;
  EXPECT_LE(turns_, 2 * kCycles - 1) << "once up and once down in each cycle: " << history_;
  for (const auto& entry : store_.entries) {
    EXPECT_TRUE(entry.state != model::ActionState::kFailed && entry.state != model::ActionState::kAborted)
        << entry.message << "\n"
        << history_;
  }
}

// It is shrunk, and in the middle of the watch it wants all back at once.
TEST_F(FollowTest, Law8GivesBackInTimeToAGuestThatGrowsWhileItIsBeingShrunk) {
  guest_.balloon = 2000 * kMiB;
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"),
                         {.state = telemetry::DomainState::kRunning,
                          .vcpus = 1,
                          .vcpus_max = 1,
                          .balloon_bytes = guest_.balloon,
                          .balloon_max_bytes = 2560 * kMiB});
  least_ = INT64_MAX;
  guest_.held = 200 * kMiB;
  for (int i = 0; i < 120 && least_ > 1500 * kMiB; ++i) second();
  ASSERT_LE(least_, 1500 * kMiB) << history_;
  step_to(1700 * kMiB, 5);
  EXPECT_FALSE(guest_.swapped) << history_;
  EXPECT_GE(guest_.balloon, 2000 * kMiB) << history_;
}

}  // namespace
}  // namespace hotspot::loop
