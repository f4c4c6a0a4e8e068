#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/engine/engine.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kHot30s = "  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, for: 30s, remedy: [migrate]}\n";
constexpr const char* kHot3of5 = "  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, for: 3 of 5}\n";

NodeSpec hot_node() { return node("h1").with(domain("a").cpu(0.95)); }
NodeSpec cool() { return node("h1").with(domain("a").cpu(0.2)); }

TEST(ForTime, FiresAtExactlyItsTimeAndNotBefore) {
  World world(kHot30s);
  const Evaluation first = world.second(hot_node());
  EXPECT_THAT(summary(first.transitions), ElementsAre("pending Hot domain:uuid-of-a"));
  EXPECT_EQ(first.next_due, world.now + 30s);
  const WallTime since = world.now;
  for (int i = 0; i < 29; ++i) EXPECT_THAT(world.second(hot_node()).transitions, IsEmpty());
  const Evaluation before = world.pass(999ms).evaluate();
  EXPECT_THAT(summary(before.firings), ElementsAre("pending Hot domain:uuid-of-a"));
  EXPECT_EQ(before.next_due, world.now + 1ms);
  const Evaluation due = world.pass(1ms).evaluate();  // no new sample comes: the time alone is up
  ASSERT_THAT(summary(due.transitions), ElementsAre("firing Hot domain:uuid-of-a"));
  const Firing& firing = due.firings.front();
  EXPECT_EQ(firing.pending_since, since);
  EXPECT_EQ(firing.firing_since, since + 30s);
  EXPECT_EQ(firing.first_sample_at, since);
  EXPECT_EQ(firing.held, "30 s (for: 30 s)");
  EXPECT_DOUBLE_EQ(firing.value, 0.95);
  EXPECT_TRUE(firing.fresh);
  EXPECT_EQ(due.next_due, std::nullopt);
}

TEST(ForTime, StartsAnewWhenItStopsHolding) {
  World world(kHot30s);
  for (int i = 0; i < 29; ++i) world.second(hot_node());
  EXPECT_THAT(world.second(cool()).firings, IsEmpty());
  for (int i = 0; i < 30; ++i) EXPECT_EQ(world.second(hot_node()).firings.front().phase, Phase::kPending);
  EXPECT_EQ(world.second(hot_node()).firings.front().phase, Phase::kFiring);
}

TEST(ForTime, OfZeroFiresAtOnce) {
  World world("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n");
  const Evaluation first = world.second(hot_node());
  EXPECT_THAT(summary(first.transitions), ElementsAre("firing Hot domain:uuid-of-a"));
  EXPECT_EQ(first.firings.front().held, "at the first sample");
  EXPECT_THAT(summary(world.second(cool()).transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
  EXPECT_THAT(world.evaluate().firings, IsEmpty());
}

TEST(ForTime, CountsTheFirstSampleFromWhenItWasTaken) {
  World world(kHot30s);
  world.pass(1s).send(hot_node(), 700ms);
  const Evaluation first = world.evaluate();
  EXPECT_EQ(first.firings.front().first_sample_at, world.now - 700ms);
  EXPECT_EQ(first.firings.front().pending_since, world.now);
}

TEST(ForSamples, FiresInThreeOfFive) {
  World world(kHot3of5);
  world.second(hot_node());
  const WallTime first = world.now;
  world.second(cool());
  EXPECT_EQ(world.second(hot_node()).firings.front().held, "2 of 5 samples");
  world.second(cool());
  const Evaluation third = world.second(hot_node());
  ASSERT_THAT(summary(third.transitions), ElementsAre("firing Hot domain:uuid-of-a"));
  EXPECT_EQ(third.firings.front().held, "3 of 5 samples");
  EXPECT_EQ(third.firings.front().first_sample_at, first);
  EXPECT_EQ(third.firings.front().pending_since, first);
}

TEST(ForSamples, ForgetsSamplesThatAreOlderThanTheLastFive) {
  World world(kHot3of5);
  world.second(hot_node());
  const WallTime second = world.second(hot_node()).firings.front().first_sample_at + 1s;
  for (int i = 0; i < 4; ++i) world.second(cool());
  const Evaluation one_left = world.second(hot_node());  // the two of the beginning are out of sight, or nearly
  EXPECT_EQ(one_left.firings.front().held, "1 of 5 samples");
  EXPECT_GT(one_left.firings.front().first_sample_at, second);
  for (int i = 0; i < 5; ++i) world.second(cool());
  EXPECT_THAT(world.evaluate().firings, IsEmpty());
}

TEST(ForSamples, CountsEachSampleOnceHoweverOftenItIsEvaluated) {
  World world(kHot3of5);
  world.second(hot_node());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.pass(100ms).evaluate().firings.front().held, "1 of 5 samples");
  world.second(hot_node());
  EXPECT_EQ(world.second(hot_node()).firings.front().phase, Phase::kFiring);
}

TEST(ForSamples, OtherNodesSamplesDoNotCount) {
  World world(kHot3of5);
  world.second(hot_node());
  for (int i = 0; i < 2; ++i) world.second(node("h2").with(domain("b").cpu(0.1)));
  EXPECT_EQ(world.evaluate().firings.front().held, "1 of 5 samples");
}

TEST(ForSamples, ResolvesWhenFewerThanKHold) {
  World world(kHot3of5);
  for (int i = 0; i < 5; ++i) world.second(hot_node());
  EXPECT_EQ(world.second(cool()).firings.front().phase, Phase::kFiring);
  EXPECT_EQ(world.second(cool()).firings.front().held, "3 of 5 samples");
  EXPECT_THAT(summary(world.second(cool()).transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
}

TEST(KeepFiringFor, DampsAFlutter) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, for: 0s, keep_firing_for: 10s}\n");
  world.second(hot_node());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(world.second(cool()).firings.front().phase, Phase::kFiring);
  EXPECT_EQ(world.second(hot_node()).firings.front().phase, Phase::kFiring);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(world.second(cool()).firings.front().phase, Phase::kFiring);
  EXPECT_THAT(summary(world.second(cool()).transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
}

TEST(StaleData, NeitherHoldNorFail) {
  World world(kHot30s);
  for (int i = 0; i < 31; ++i) world.second(hot_node());
  ASSERT_EQ(world.evaluate().firings.front().phase, Phase::kFiring);
  const Evaluation stale = world.pass(10s).evaluate();
  ASSERT_THAT(summary(stale.firings), ElementsAre("firing Hot domain:uuid-of-a"));
  EXPECT_FALSE(stale.firings.front().fresh);
  EXPECT_TRUE(world.second(hot_node()).firings.front().fresh);
}

// A snapshot of the future is as good as none: our clock was set back, and nobody knows how old it is.
TEST(StaleData, AreThoseOfTheFutureToo) {
  World world(kHot30s);
  for (int i = 0; i < 31; ++i) world.second(hot_node());
  ASSERT_TRUE(world.evaluate().firings.front().fresh);
  const Evaluation back = world.pass(-3600s).evaluate();
  for (const Firing& firing : back.firings) EXPECT_FALSE(firing.fresh);
  for (const Firing& firing : world.pass(1s).evaluate().firings) EXPECT_FALSE(firing.fresh);
}

TEST(StaleData, MakeWhatWasPendingStartAnew) {
  World world(kHot30s);
  for (int i = 0; i < 25; ++i) world.second(hot_node());
  for (int i = 0; i < 20; ++i) {
    const Evaluation silent = world.pass(1s).evaluate();
    EXPECT_EQ(silent.firings.front().phase, Phase::kPending);
    EXPECT_EQ(silent.next_due.has_value(), i <= 2) << i;  // three seconds are the age that counts as fresh
  }
  const Evaluation back = world.second(hot_node());
  EXPECT_EQ(back.firings.front().pending_since, world.now);
  EXPECT_EQ(back.firings.front().phase, Phase::kPending);
}

TEST(StaleData, AShortGapIsForgiven) {
  World world(kHot30s);
  world.second(hot_node());
  const WallTime since = world.now;
  world.pass(2s).evaluate();
  EXPECT_EQ(world.second(hot_node()).firings.front().pending_since, since);
}

TEST(StaleData, StartTheCountOfSamplesAnew) {
  World world(kHot3of5);
  world.second(hot_node());
  world.second(hot_node());
  world.pass(1h);
  EXPECT_EQ(world.second(hot_node()).firings.front().held, "1 of 5 samples");
}

TEST(StaleData, OfAnHourAreForgotten) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%}\n");
  world.second(hot_node());
  EXPECT_EQ(world.pass(59min).evaluate().firings.size(), 1U);
  const Evaluation gone = world.pass(2min).evaluate();
  EXPECT_THAT(gone.firings, IsEmpty());
  ASSERT_THAT(summary(gone.transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
  EXPECT_FALSE(gone.transitions.front().fresh);
}

TEST(StaleData, CanBeTheSubjectOfARuleThatTells) {
  World world("  - {alert: Silent, expr: snapshot_age_seconds > 5s, for: 10s}\n");
  world.second(hot_node());
  EXPECT_THAT(world.pass(5s).evaluate().firings, IsEmpty());
  const Evaluation silent = world.pass(1s).evaluate();
  ASSERT_EQ(summary(silent.firings), std::vector<std::string>{"pending Silent node:uuid-of-h1"});
  EXPECT_EQ(silent.next_due, world.now + 10s);
  const Evaluation due = world.pass(10s).evaluate();
  ASSERT_EQ(summary(due.transitions), std::vector<std::string>{"firing Silent node:uuid-of-h1"});
  EXPECT_FALSE(due.firings.front().fresh);  // nothing may be done on it
  EXPECT_THAT(summary(world.second(hot_node()).transitions), ElementsAre("resolved Silent node:uuid-of-h1"));
}

TEST(StaleData, OfAllNodesCanBeTheSubjectOfARuleThatTells) {
  World world("  - {alert: Silent, expr: min(snapshot_age_seconds) > 5s, for: 10s}\n");
  world.second(hot_node());
  world.pass(6s).evaluate();
  for (int i = 0; i < 9; ++i) EXPECT_EQ(world.pass(1s).evaluate().firings.front().phase, Phase::kPending);
  EXPECT_THAT(summary(world.pass(1s).evaluate().transitions), ElementsAre("firing Silent cluster:"));
}

TEST(StaleData, DoNotFireAtTheEndOfAForThatTheyInterrupt) {
  World world(kHot30s);
  for (int i = 0; i < 29; ++i) world.second(hot_node());
  EXPECT_EQ(world.pass(10s).evaluate().firings.front().phase, Phase::kPending);
}

TEST(MaxAge, OfARuleHoldsForThatRuleAlone) {
  World world(
      "  - {hotspot: Strict, expr: domain_cpu_ratio > 90%, max_age: 1s}\n  - {hotspot: Mild, expr: domain_cpu_ratio > "
      "90%, max_age: 1m}\n");
  world.pass(1s).send(hot_node()).pass(5s);
  EXPECT_THAT(summary(world.evaluate().firings), ElementsAre("firing Mild domain:uuid-of-a"));
}

TEST(MissingValue, IsNotAValueThatFails) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, for: 0s}\n");
  world.second(hot_node());
  const Evaluation unmeasured = world.second(node("h1").with(domain("a")));
  ASSERT_THAT(summary(unmeasured.firings), ElementsAre("firing Hot domain:uuid-of-a"));
  for (int i = 0; i < 5; ++i) world.second(node("h1").with(domain("a")));
  EXPECT_FALSE(world.evaluate().firings.front().fresh);
  EXPECT_THAT(summary(world.second(cool()).transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
}

TEST(MissingValue, OfASeriesThatWasNeverThereDoesNotKeepARuleFiring) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90% or domain_cpu_steal_ratio > 20%, for: 0s}\n");
  world.second(hot_node());
  EXPECT_THAT(world.second(cool()).firings, IsEmpty());
}

TEST(Migration, KeepsTheSubjectAndItsState) {
  World world(kHot30s);
  world.send(node("h2"));
  for (int i = 0; i < 20; ++i) world.second(hot_node());
  const WallTime since = world.evaluate().firings.front().pending_since;
  // The source still has the domain, paused; the target runs it.
  auto source = node("h1").with(domain("a").state(telemetry::DomainState::kPaused));
  world.send(source).send(node("h2").with(domain("a"))).pass(1s);
  world.send(source).send(node("h2").with(domain("a").cpu(0.95)));
  const Evaluation moved = world.evaluate();
  ASSERT_THAT(summary(moved.firings), ElementsAre("pending Hot domain:uuid-of-a"));
  EXPECT_EQ(moved.firings.front().pending_since, since);
  EXPECT_EQ(moved.firings.front().subject.node_uuid, "uuid-of-h2");
  EXPECT_EQ(moved.firings.front().labels.at("node"), "h2");
}

TEST(Migration, MayLeaveTheDomainNowhereForAMoment) {
  World world(kHot30s);
  for (int i = 0; i < 20; ++i) world.second(hot_node());
  EXPECT_THAT(summary(world.second(node("h1")).firings), ElementsAre("pending Hot domain:uuid-of-a"));
  EXPECT_THAT(summary(world.second(node("h2").with(domain("a").cpu(0.95))).firings),
              ElementsAre("pending Hot domain:uuid-of-a"));
}

TEST(DomainThatIsShutOff, ResolvesSoon) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%}\n");
  world.second(hot_node());
  const auto off = node("h1").with(domain("a").state(telemetry::DomainState::kShutoff));
  for (int i = 0; i < 3; ++i) EXPECT_THAT(world.second(off).transitions, IsEmpty());
  EXPECT_THAT(summary(world.second(off).transitions), ElementsAre("resolved Hot domain:uuid-of-a"));
}

TEST(Twins, OfOneNameAreTwoSubjects) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%}\n");
  world.send(node("h1").with(domain("web").uuid("u1").cpu(0.95)))
      .send(node("h2").with(domain("web").uuid("u2").cpu(0.96)));
  EXPECT_THAT(summary(world.evaluate().firings), ElementsAre("firing Hot domain:u1", "firing Hot domain:u2"));
}

TEST(Subjects, HaveTheirOtherLabelsInTheKey) {
  World world(
      "  - {alert: V, expr: domain_vcpu_ratio > 90%}\n  - {alert: N, expr: node_cpu_ratio > 50%}\n  - {alert: C, expr: "
      "sum(node_cpu_ratio) > 50%}\n");
  world.send(node("h1").cpu(0.9).with(domain("a").vcpu(0, 0.95).vcpu(1, 0.99)));
  const Evaluation result = world.evaluate();
  EXPECT_THAT(summary(result.firings),
              ElementsAre("firing V domain:uuid-of-a,vcpu=0", "firing V domain:uuid-of-a,vcpu=1",
                          "firing N node:uuid-of-h1", "firing C cluster:"));
  for (const Firing& firing : result.firings) EXPECT_EQ(firing.subject.kind, firing.rule->subject);
}

TEST(ClusterSubject, CountsARoundOfAllNodesAsOneSample) {
  World world("  - {alert: C, expr: sum(node_cpu_ratio) > 1, for: 2 of 2}\n");
  const auto one = node("h1").cpu(0.9), two = node("h2").cpu(0.9);
  world.send(one).send(two);
  EXPECT_EQ(world.evaluate().firings.front().held, "1 of 2 samples");
  EXPECT_EQ(world.second(one).firings.front().held, "1 of 2 samples");
  EXPECT_EQ(world.second(two).firings.front().held, "2 of 2 samples");
}

TEST(Limit, LetsNothingNewFireWhenARuleExplodes) {
  World world("  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, limit: 2}\n");
  auto three = node("h1").with(domain("a").cpu(0.95)).with(domain("b").cpu(0.95)).with(domain("c").cpu(0.95));
  const Evaluation result = world.second(three);
  EXPECT_THAT(result.problems,
              ElementsAre("rule 'Hot': would fire on 3 subjects at once, more than its limit of 2; nothing new fires"));
  for (const Firing& firing : result.firings) EXPECT_EQ(firing.phase, Phase::kPending);
  EXPECT_EQ(result.next_due, std::nullopt);
  const Evaluation fewer = world.second(hot_node());
  EXPECT_EQ(fewer.firings.front().phase, Phase::kFiring);
}

TEST(Problems, AreSentencesAndSuspendTheRule) {
  World world("  - {alert: Hot, expr: domain_cpu_ratio * on(node) node_cpus > 1}\n");
  world.second(hot_node());
  ASSERT_EQ(world.evaluate().firings.size(), 1U);
  const Evaluation twice = world.second(node("h1").with(domain("a").cpu(0.9)).with(domain("b").cpu(0.9)));
  EXPECT_THAT(twice.problems, ElementsAre("rule 'Hot': on the left side several values match one on the right, "
                                          "{node=\"h1\"}; say so with group_left()"));
  EXPECT_THAT(summary(twice.firings), ElementsAre("firing Hot node:uuid-of-h1"));
}

TEST(ClockJump, BackwardsOfOursAloneFiresNothingUntilTheClocksAgreeAgain) {
  World world(kHot30s);
  for (int i = 0; i < 20; ++i) world.second(hot_node());
  world.now -= 1h;
  for (int i = 0; i < 60; ++i) {
    for (const Firing& firing : world.pass(1s).evaluate().firings) EXPECT_NE(firing.phase, Phase::kFiring) << i;
  }
  world.now += 1h;
  for (int i = 0; i < 31; ++i) world.second(hot_node());
  EXPECT_EQ(world.evaluate().firings.front().phase, Phase::kFiring);
}

TEST(ClockJump, BackwardsOfAllClocksFiresNothingEarlyAndGoesOn) {
  World world(kHot30s);
  for (int i = 0; i < 20; ++i) world.second(hot_node());
  world.now -= 1h;
  for (int i = 0; i < 9; ++i) world.second(hot_node());
  EXPECT_NE(world.evaluate().firings.front().phase, Phase::kFiring);
  for (int i = 0; i < 40; ++i) world.second(hot_node());
  EXPECT_EQ(world.evaluate().firings.front().phase, Phase::kFiring);
  EXPECT_TRUE(world.evaluate().firings.front().fresh);
}

TEST(ClockJump, ForwardsFiresNothingEarly) {
  World world(kHot30s);
  for (int i = 0; i < 5; ++i) world.second(hot_node());
  world.now += 1h;
  EXPECT_EQ(world.evaluate().firings.front().phase, Phase::kPending);
  EXPECT_EQ(world.second(hot_node()).firings.front().phase, Phase::kPending);
}

TEST(Interval, OfAGroupIsTheLeastTimeBetweenEvaluations) {
  World world(kHot30s);
  world.engine.load(rules("  - {alert: Hot, expr: domain_cpu_ratio > 90%}\n", "  interval: 10s\n"));
  world.second(cool());
  for (int i = 0; i < 9; ++i) EXPECT_THAT(world.second(hot_node()).firings, IsEmpty());
  EXPECT_EQ(world.second(hot_node()).firings.size(), 1U);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(world.second(cool()).firings.size(), 1U);
  EXPECT_THAT(world.second(cool()).firings, IsEmpty());
}

TEST(Annotations, AreExpandedWithValueAndLabels) {
  World world(
      R"(  - {alert: Hot, expr: domain_cpu_ratio > 90%, labels: {team: "of-{{ $labels.node }}"}, annotations: {summary: "{{ $labels.domain }} uses {{ $value | humanizePercentage }}"}})");
  const Evaluation result = world.second(hot_node());
  EXPECT_EQ(result.firings.front().annotations.at("summary"), "a uses 95%");
  EXPECT_THAT(result.firings.front().labels,
              ElementsAre(testing::Pair("domain", "a"), testing::Pair("node", "h1"), testing::Pair("team", "of-h1")));
}

}  // namespace
}  // namespace hotspot::rules::test
