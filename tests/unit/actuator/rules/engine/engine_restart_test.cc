// What outlives a reload and a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/rules/engine/engine.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kRules =
    "  - {hotspot: Timed, expr: domain_cpu_ratio > 90%, for: 30s}\n"
    "  - {hotspot: Counted, expr: domain_cpu_ratio > 80%, for: 3 of 5}\n";

NodeSpec hot() { return node("h1").with(domain("a").cpu(0.95).vcpu(0, 0.95)); }

// Another process: all that is left are the values.
void restart(World& world, const std::string& yaml) {
  SavedStates saved = world.engine.save();
  world.engine = Engine();
  world.engine.load(rules(yaml));
  world.engine.restore(std::move(saved));
}

std::string ms(const std::optional<WallTime>& time) { return time ? std::to_string(to_unix_ms(*time)) : "-"; }

// A line for each subject, with all that outlives a restart.
std::vector<std::string> lines(const SavedStates& saved) {
  std::vector<std::string> all;
  for (const auto& [identity, subjects] : saved) {
    for (const auto& [key, one] : subjects) {
      const SubjectState& state = one.state;
      std::string line = identity.name + " " + identity.expression + " " + key + " " + to_string(state.phase) + " " +
                         std::to_string(state.value) + " " + std::to_string(state.measured);
      for (const auto& time : {std::optional(state.pending_since), std::optional(state.first_sample_at),
                               state.firing_since, std::optional(state.last_held), state.not_held_since,
                               std::optional(state.last_sample), std::optional(state.last_evaluation)})
        line += " " + ms(time);
      for (const auto& run : state.samples.runs())
        line += " " + ms(run.first.taken_at) + "=" + std::to_string(run.held);
      for (const auto& [name, value] : one.subject.labels) line += " " + name + "=" + value;
      all.push_back(line);
    }
  }
  return all;
}

TEST(Restart, LosesNothing) {
  World world(kRules);
  for (int i = 0; i < 2; ++i) world.second(hot());
  const Evaluation before = world.evaluate();
  restart(world, kRules);
  world.cluster = {};  // the model starts empty
  EXPECT_THAT(summary(world.pass(500ms).evaluate().firings),
              ElementsAre("pending Timed domain:uuid-of-a", "pending Counted domain:uuid-of-a"));
  const Evaluation after = world.second(hot());
  EXPECT_THAT(summary(after.firings), ElementsAre("pending Timed domain:uuid-of-a", "firing Counted domain:uuid-of-a"));
  EXPECT_EQ(after.firings[0].pending_since, before.firings[0].pending_since);
  EXPECT_EQ(after.firings[1].first_sample_at, before.firings[1].first_sample_at);
  EXPECT_THAT(summary(after.transitions), ElementsAre("firing Counted domain:uuid-of-a"));
}

TEST(Restart, KeepsWhatFiresButNotAsFresh) {
  World world("  - {hotspot: Hot, expr: domain_vcpu_ratio > 90%}\n");
  world.second(hot());
  restart(world, "  - {hotspot: Hot, expr: domain_vcpu_ratio > 90%}\n");
  world.cluster = {};
  const Evaluation empty = world.pass(1s).evaluate();
  ASSERT_THAT(summary(empty.firings), ElementsAre("firing Hot domain:uuid-of-a,vcpu=0"));
  EXPECT_FALSE(empty.firings[0].fresh);
  EXPECT_THAT(empty.transitions, IsEmpty());
  EXPECT_TRUE(world.second(hot()).firings[0].fresh);
}

TEST(Restart, KeepsAllThatWasSaved) {
  World world(kRules), other(kRules);
  for (int i = 0; i < 3; ++i) world.second(hot());
  other.now = world.now;
  other.cluster = world.cluster;
  const auto saved = lines(world.engine.save());
  ASSERT_EQ(saved.size(), 2U);
  other.engine.restore(world.engine.save());
  EXPECT_EQ(lines(other.engine.save()), saved);
  EXPECT_EQ(other.second(hot()).firings.at(1).held, world.second(hot()).firings.at(1).held);
  EXPECT_EQ(lines(other.engine.save()), lines(world.engine.save()));
}

TEST(Restart, MayRestoreBeforeTheRulesAreLoaded) {
  World world(kRules);
  world.second(hot());
  const auto saved = lines(world.engine.save());
  ASSERT_FALSE(saved.empty());
  Engine engine;
  engine.restore(world.engine.save());
  EXPECT_EQ(lines(engine.save()), saved);
  engine.load(rules(kRules));
  EXPECT_EQ(lines(engine.save()), saved);
}

TEST(Restart, DropsWhatIsOfOtherRules) {
  World world(kRules);
  world.second(hot());
  Engine engine;
  engine.load(rules("  - {hotspot: Other, expr: domain_cpu_ratio > 90%, for: 30s}\n"));
  engine.restore(world.engine.save());
  EXPECT_THAT(lines(engine.save()), IsEmpty());
}

TEST(Restart, KnowsTheTimesOfTheNewestSamples) {
  World world(kRules);
  EXPECT_TRUE(world.engine.node_clocks().empty());
  world.second(hot());
  const NodeClocks clocks = world.engine.node_clocks();
  ASSERT_EQ(clocks.size(), 1U);
  EXPECT_EQ(clocks.at("uuid-of-h1").observed_at, world.now);
  EXPECT_EQ(world.engine.save().begin()->second.begin()->second.state.last_evaluation, world.now);
}

TEST(Reload, KeepsTheStateOfRulesThatAreUnchanged) {
  World world(kRules);
  for (int i = 0; i < 3; ++i) world.second(hot());
  const Evaluation before = world.evaluate();
  world.engine.load(rules("  - {hotspot: New, expr: domain_cpu_ratio > 10%, for: 1m}\n" + std::string(kRules)));
  const Evaluation after = world.second(hot());
  EXPECT_THAT(summary(after.transitions), ElementsAre("pending New domain:uuid-of-a"));
  EXPECT_EQ(after.firings[1].pending_since, before.firings[0].pending_since);
  EXPECT_EQ(after.firings[2].phase, Phase::kFiring);
}

TEST(Reload, ForgetsARuleWhoseExpressionChanged) {
  World world(kRules);
  for (int i = 0; i < 3; ++i) world.second(hot());
  world.engine.load(rules("  - {hotspot: Counted, expr: domain_cpu_ratio > 81%, for: 3 of 5}\n"));
  EXPECT_EQ(world.second(hot()).firings[0].held, "1 of 5 samples");
}

TEST(Reload, TakesANewForWithTheSamplesItHas) {
  World world(kRules);
  for (int i = 0; i < 2; ++i) world.second(hot());
  world.engine.load(rules("  - {hotspot: Counted, expr: domain_cpu_ratio > 80%, for: 2 of 3}\n"));
  EXPECT_EQ(world.evaluate().firings[0].phase, Phase::kFiring);
}

}  // namespace
}  // namespace hotspot::rules::test
