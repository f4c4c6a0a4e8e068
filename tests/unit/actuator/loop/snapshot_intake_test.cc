// In which order snapshots are processed, and when the rules see them in between.
#include "actuator/loop/snapshot_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::kNow;
using hotspot::testing::node;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SnapshotIntakeTest : public ::testing::Test {
 protected:
  static ports::Arrival from(const char* name, std::uint64_t sequence) { return {node(name).at(kNow, sequence), kNow}; }
  SnapshotIntake::Steps steps() {
    return {.admits = [this](ports::Arrival& arrival) { return arrival.snapshot.node.name != stranger_; },
            .early = [this] { return std::exchange(early_, {}); },
            .process =
                [this](ports::Arrival arrival) {
                  done_.push_back(arrival.snapshot.node.name + " " + std::to_string(arrival.snapshot.sequence));
                },
            .keep_lead = [this] { ++kept_; },
            .leads = [this] { return leads_; },
            .observe = [this] { seen("observe"); },
            .evaluate = [this] { seen("evaluate"); }};
  }
  void seen(const char* how) {
    done_.push_back(how);
    intake_.rules_have_seen();
  }
  void take(std::vector<ports::Arrival> arrivals) { intake_.take(std::move(arrivals)); }

  fakes::FakeClock clock_{kNow};
  bool leads_ = true;
  std::string stranger_;
  std::vector<ports::Arrival> early_;
  std::vector<std::string> done_;
  int kept_ = 0;
  SnapshotIntake intake_{clock_, steps()};
};

TEST_F(SnapshotIntakeTest, ProcessesWhatCounts) {
  stranger_ = "h9";
  take({from("h1", 1), from("h9", 1), from("h2", 1)});
  EXPECT_THAT(done_, ElementsAre("h1 1", "h2 1"));
  EXPECT_FALSE(intake_.is_behind());
  EXPECT_GE(kept_, 2) << "the lease is kept while snapshots are processed";
}

TEST_F(SnapshotIntakeTest, TheLeaderEvaluatesBeforeANodesNextSnapshot) {
  take({from("h1", 1), from("h1", 2), from("h2", 1)});
  EXPECT_THAT(done_, ElementsAre("h1 1", "h2 1", "evaluate", "h1 2"));
}

TEST_F(SnapshotIntakeTest, AStandbyOnlyObserves) {
  leads_ = false;
  take({from("h1", 1), from("h1", 2)});
  EXPECT_THAT(done_, ElementsAre("h1 1", "observe", "h1 2"));
}

TEST_F(SnapshotIntakeTest, WhatCameBeforeTheProofIsObservedAndComesFirst) {
  early_ = {from("h1", 1), from("h1", 2)};
  take({from("h1", 3)});
  EXPECT_THAT(done_, ElementsAre("h1 1", "observe", "h1 2", "observe", "h1 3"));
}

TEST_F(SnapshotIntakeTest, ARoundEvaluatesSoOftenAndLeavesTheRestForTheNext) {
  std::vector<ports::Arrival> many;
  for (std::uint64_t i = 1; i <= IntakeBudget::kMostEvaluations + 3; ++i) many.push_back(from("h1", i));
  take(std::move(many));
  EXPECT_EQ(std::count(done_.begin(), done_.end(), "evaluate"),
            static_cast<std::ptrdiff_t>(IntakeBudget::kMostEvaluations));
  EXPECT_TRUE(intake_.is_behind());
  intake_.begin_round();
  intake_.process_waiting();
  EXPECT_FALSE(intake_.is_behind());
  EXPECT_EQ(done_.back(), "h1 11");
}

TEST_F(SnapshotIntakeTest, NothingArrivedNothingIsDone) {
  intake_.process_waiting();
  intake_.take_early();
  EXPECT_THAT(done_, IsEmpty());
}

}  // namespace
}  // namespace hotspot::loop
