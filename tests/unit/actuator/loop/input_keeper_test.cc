// What storing inputs costs, and what is not stored.
#include "actuator/loop/input_keeper.h"

#include <gtest/gtest.h>

#include "tests/unit/actuator/loop/memory_inputs.h"
#include "tests/unit/actuator/loop/random_input.h"

namespace hotspot::loop {
namespace {

using plan::kNow;
using plan::Outcome;

class InputKeeperTest : public ::testing::Test {
 protected:
  InputName keep(const plan::PlanInput& input, Outcome outcome = Outcome::kAct) {
    keeper_.begin_round();
    return keeper_.keep({.input = input,
                         .rules = situation_.texts(),
                         .outcome = outcome,
                         .token = 1,
                         .written = [this](const auto& written) { failures_ += written.ok() ? 0 : 1; }});
  }
  // A moment later, of a cluster that is otherwise the same.
  plan::PlanInput later(int seconds, const model::Cluster& cluster) const {
    plan::PlanInput is = situation_.input();
    return {.cluster = cluster,
            .firings = is.firings,
            .in_flight = is.in_flight,
            .cooldowns = is.cooldowns,
            .node_action_ended = is.node_action_ended,
            .now = kNow + Milliseconds(seconds * 1000),
            .rules = is.rules,
            .id_prefix = std::to_string(seconds)};
  }
  plan::PlanInput later(int seconds) const { return later(seconds, situation_.cluster_now()); }
  // So many domains, each with so long a name, on one node.
  static model::Cluster large(int domains, std::size_t name) {
    auto made = plan::node("large");
    for (int i = 0; i < domains; ++i) {
      telemetry::DomainSample sample = plan::domain("d" + std::to_string(i));
      sample.state_reason = std::string(name, 'x');
      made.with(sample);
    }
    return plan::cluster_of({made});
  }

  RandomInput situation_{3};
  std::size_t nodes_ = situation_.cluster_now().nodes().size();
  MemoryInputs store_;
  InputKeeper keeper_{&store_};
  int failures_ = 0;
};

TEST_F(InputKeeperTest, WhatDidNotChangeIsNotSentAgain) {
  const std::string first = keep(later(0)).sha256;
  EXPECT_EQ(store_.sent, nodes_ + 3) << "the nodes, the rules, the configuration, the input";
  const std::string second = keep(later(1)).sha256;
  EXPECT_NE(second, first);
  EXPECT_EQ(store_.sent, 1u);
  model::Cluster cluster = situation_.cluster_now();
  telemetry::NodeSnapshot newer = *cluster.nodes().begin()->second.snapshot;
  newer.taken_at += Milliseconds(1000);
  cluster.apply(newer, newer.taken_at);
  keep(later(2, cluster));
  EXPECT_EQ(store_.sent, 2u) << "the node that sent, and the input";
}

TEST_F(InputKeeperTest, ARoundStoresOneInputHoweverManyDecisionsItMakes) {
  const std::string first = keep(later(0)).sha256;
  const std::string other =
      keeper_
          .keep({.input = later(7), .rules = situation_.texts(), .outcome = Outcome::kAct, .token = 1, .written = {}})
          .sha256;
  EXPECT_EQ(first, other);
  EXPECT_EQ(store_.calls, 1u);
}

TEST_F(InputKeeperTest, WhatWasRemovedFromTheStoreIsSentAgain) {
  keep(later(0));
  store_.texts.clear();
  const std::string name = keep(later(1)).sha256;
  EXPECT_EQ(store_.sent, nodes_ + 3);
  EXPECT_TRUE(ReadInput::read(name, store_.reading()));
}

TEST_F(InputKeeperTest, ANewLeadTakesNothingAsStored) {
  keep(later(0));
  keeper_.take_lead();
  keep(later(1));
  EXPECT_EQ(store_.sent, nodes_ + 3);
}

TEST_F(InputKeeperTest, AnInputThatCouldNotBeWrittenHasItsNameAndIsSentAgain) {
  store_.is_reachable = false;
  const InputName name = keep(later(0));
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(name.not_stored, "");
  store_.is_reachable = true;
  EXPECT_EQ(keep(later(0)).sha256, name.sha256);
  EXPECT_TRUE(ReadInput::read(name.sha256, store_.reading()));
}

TEST_F(InputKeeperTest, WhatIsTooLargeIsNotStoredAndTheReasonIsSaid) {
  EXPECT_EQ(keep(later(0, large(10'001, 1))).not_stored,
            "the cluster has 1 nodes and 10001 domains: inputs with more than 10000 nodes or 10000 domains are not "
            "stored");
  EXPECT_EQ(store_.calls, 0u);
  EXPECT_EQ(keep(later(1, large(4000, 5000))).not_stored, "the input has more than 16 MiB");
  EXPECT_EQ(store_.calls, 0u);
  EXPECT_NE(keep(later(2)).sha256, "") << "the next one is stored again, as a whole";
  EXPECT_EQ(store_.sent, nodes_ + 3);
}

TEST_F(InputKeeperTest, NoMoreIsEncodedWithinAMinuteThanTheLoopCanAfford) {
  int stored = 0, seconds = 0;
  const auto one = [&](Outcome outcome) {
    const InputName name = keep(later(++seconds / 10, large(2000, 4000)), outcome);
    EXPECT_NE(name.sha256.empty(), name.not_stored.empty());
    return !name.sha256.empty();
  };
  while (one(Outcome::kRecommend)) ++stored;
  EXPECT_GE(stored, 3);
  EXPECT_LE(stored, 5) << "half of the room";
  EXPECT_TRUE(one(Outcome::kAct));
  while (one(Outcome::kAct)) ++stored;
  EXPECT_LE(stored, 9);
  EXPECT_NE(keep(later(5), Outcome::kAct).not_stored.find("the inputs of the last minute have more than "),
            std::string::npos);
  EXPECT_NE(keep(later(100), Outcome::kRecommend).sha256, "") << "a minute later there is room";
}

TEST_F(InputKeeperTest, WithoutAStoreADecisionSaysNothingOfIt) {
  InputKeeper none(nullptr);
  const InputName name =
      none.keep({.input = later(0), .rules = situation_.texts(), .outcome = Outcome::kAct, .token = 1, .written = {}});
  EXPECT_EQ(name.sha256 + name.not_stored, "");
}

TEST_F(InputKeeperTest, ARoundInWhichTheRulesWereReplacedIsNotStored) {
  plan::PlanInput input = later(0);
  const rules::RuleSet other;
  input.rules = &other;
  EXPECT_EQ(keep(input).not_stored, "the rules were replaced in this round");
}

}  // namespace
}  // namespace hotspot::loop
