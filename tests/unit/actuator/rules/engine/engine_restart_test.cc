// What outlives a reload and a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

// Another process: all that is left is the text.
void restart(World& world, const std::string& yaml) {
  const std::string saved = world.engine.save();
  world.engine = Engine();
  world.engine.load(rules(yaml));
  const auto restored = world.engine.restore(saved);
  EXPECT_TRUE(restored.ok()) << restored.error().message;
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

TEST(Restart, FromPartsIsAsFromOneText) {
  World world(kRules), other(kRules);
  for (int i = 0; i < 2; ++i) world.second(hot());
  other.now = world.now;
  other.cluster = world.cluster;
  const auto saved = world.engine.save_parts();
  EXPECT_EQ(saved.parts.size(), 1U) << "one subject";
  const auto restored = other.engine.restore(saved);
  ASSERT_TRUE(restored.ok()) << restored.error().message;
  EXPECT_EQ(other.second(hot()).firings.at(1).held, world.second(hot()).firings.at(1).held);
  EXPECT_EQ(other.engine.save(), world.engine.save());
}

TEST(Restart, FromPartsWithoutTheirClockIsRefusedWithASentence) {
  World world(kRules);
  world.second(hot());
  auto saved = world.engine.save_parts();
  saved.clock.clear();
  const auto restored = world.engine.restore(saved);
  ASSERT_FALSE(restored.ok());
  EXPECT_THAT(restored.error().message, ::testing::HasSubstr("cannot be read: line 3 is not ours"));
}

TEST(Restart, MayRestoreBeforeTheRulesAreLoaded) {
  World world(kRules);
  world.second(hot());
  const std::string saved = world.engine.save();
  world.engine = Engine();
  ASSERT_TRUE(world.engine.restore(saved).ok());
  EXPECT_EQ(world.engine.save(), saved);
  world.engine.load(rules(kRules));
  EXPECT_EQ(world.engine.save(), saved);
}

TEST(Restart, SavesAndRestoresTheSameText) {
  World world("  - {hotspot: \"tab\\\\ \\u00e4\", expr: 'domain_cpu_ratio{domain!=\"x\\ty\"} > 90%', for: 2 of 9}\n");
  world.second(node("h1").with(domain("a\tb\\c\nd").cpu(1.5)));
  const std::string saved = world.engine.save();
  EXPECT_THAT(saved, testing::StartsWith("hotspot rule state 2\nrule\t"));
  Engine other;
  ASSERT_TRUE(other.restore(saved).ok());
  EXPECT_EQ(other.save(), saved);
}

TEST(Restore, RefusesWhatIsNotOurs) {
  Engine engine;
  engine.load(rules(kRules));
  EXPECT_EQ(engine.restore("").error().message, "the saved state of the rules is empty");
  EXPECT_EQ(engine.restore("{\"a\": 1}").error().message,
            "the saved state of the rules is not of this version: it does not begin with 'hotspot rule state 2'");
  const std::string head = "hotspot rule state 2\n";
  EXPECT_TRUE(engine.restore(head).ok());
  EXPECT_EQ(engine.restore(head + "rule\ta\tb\n").error().message,
            "the saved state of the rules cannot be read: line 2 is not ours");
  EXPECT_FALSE(engine.restore(head + "subject\tdomain\n").ok());
  EXPECT_FALSE(
      engine
          .restore(head +
                   "rule\ta\tb\tc\nsubject\tdomain\tpending\tn\td\t1\t99999999999999999\t1\t-\t1\t-\t1\t1\t\t0\n")
          .ok());
  EXPECT_FALSE(
      engine.restore(head + "rule\ta\tb\tc\nsubject\tdomain\tpending\tn\td\t1\t1\t1\t-\t1\t-\t1\t1\t5/x+\t0\n").ok());
  EXPECT_TRUE(
      engine.restore(head + "rule\ta\tb\tc\nsubject\tdomain\tpending\tn\td\t1\t1\t1\t-\t1\t-\t1\t1\t5/5+\t0\n").ok());
}

TEST(Restore, LeavesTheStateAloneWhenItRefuses) {
  World world(kRules);
  world.second(hot());
  const std::string before = world.engine.save();
  EXPECT_FALSE(world.engine.restore("garbage").ok());
  EXPECT_EQ(world.engine.save(), before);
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
