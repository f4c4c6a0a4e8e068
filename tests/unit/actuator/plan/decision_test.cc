// What a decision tells, so that an operator can check it by hand.
#include "actuator/plan/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DecisionTest, SaysWhatWasMeasuredByWhichExpressionWhenAndInWhichMode) {
  Round round({node("h1").cpu(0.95).with(domain("a").cpu(0.9).vcpus(2, 4)), node("h2")});
  round.node_fires("h1", {rules::Migrate{}});
  round.firings.back().value = 0.9500000000840111;
  round.now += Milliseconds(1200);
  const std::string text = explain(round.only());
  EXPECT_THAT(text, HasSubstr("NodeCpuHot on node h1, mode enforce\n"));
  EXPECT_THAT(text, HasSubstr("expression: domain_cpu_ratio > 90%\n"));
  EXPECT_THAT(text, HasSubstr("measured: 0.95, 1.2 s before the decision; held 2 of 3 samples\n"));
}

TEST(DecisionTest, SaysHowLargeTheDomainIsAndHowLongItsMoveIsPredictedToTake) {
  Round round({node("h1").cpu(0.95).with(domain("a").cpu(0.9).vcpus(2, 4)), node("h2")});
  round.node_fires("h1", {rules::Migrate{}});
  EXPECT_THAT(explain(round.only()),
              HasSubstr("a: used 1.8 cores, had 2 vCPUs, had 512 MiB of memory, predicted to move within "));
}

TEST(DecisionTest, ListsTargetsAndDomainsThatWerePossibleButWorse) {
  Round round({node("h1").cpu(0.95).with(domain("a").cpu(0.9).vcpus(2, 4)).with(domain("b").cpu(0.8)), node("h2"),
               node("h3").cpu(0.1)});
  round.node_fires("h1", {rules::Migrate{}});
  const Decision decision = round.only();
  ASSERT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(explain(decision), HasSubstr("possible too, but worse:\n  - a to h3: CPU of h3 55 %"));
  EXPECT_THAT(explain(decision), HasSubstr("  - b to h2: CPU of h2 25 %"));
  EXPECT_THAT(explain(decision), Not(HasSubstr("  - a to h2")));
}

TEST(DecisionTest, CountsByKindWhatItDoesNotList) {
  auto hot = node("h1").cpu(0.95);
  for (int i = 0; i < 30; ++i)
    hot.with(domain("d" + std::to_string(i)).cpu(0.9).state(telemetry::DomainState::kPaused));
  Round round({hot, node("h2")});
  round.node_fires("h1", {rules::Migrate{}});
  const Decision decision = round.only();
  EXPECT_THAT(explain(decision), HasSubstr("no domain of h1 can go anywhere that would help\n"));
  EXPECT_THAT(explain(decision), HasSubstr("  and 11 more: 11 not_running\n"));
}

TEST(DecisionTest, IsDecidedAndNotDoneWhateverBecomesOfTheAction) {
  Round round({node("h1").with(domain("a").cpu(0.95))});
  round.domain_fires("a", {rules::ScaleVcpus{}});
  EXPECT_THAT(explain(round.only()), HasSubstr("decided: vCPUs 1 → 2 for a\n"));
  EXPECT_THAT(explain(round.only()), Not(HasSubstr("done")));
}

TEST(DecisionTest, SpeaksOfTheOneDomainThatADomainsFiringIsAbout) {
  Round round({node("h1").cpu(0.3).with(domain("a").cpu(0.95)).with(domain("b"))});
  round.domain_fires("a", {rules::Migrate{}});
  EXPECT_THAT(explain(round.only()), HasSubstr("a can go nowhere that would help"));
}

TEST(DecisionTest, OfMemoryItTellsMemory) {
  Round round({node("h1").with(domain("a").used(0.95))});
  rules::ScaleMemory more;
  more.by_bytes = 128 * kMebibyte;
  round.domain_fires("a", {more});
  const Decision decision = round.only();
  EXPECT_THAT(decision.sentence, HasSubstr("h1 memory 1"));
  EXPECT_THAT(decision.sentence, Not(HasSubstr("CPU 5 %")));
}

TEST(DecisionTest, AShrinkSpeaksOfALeastAndNotOfALimitThatIsAboveIt) {
  Round round({node("h1").with(domain("a").memory(512 * kMebibyte, kGibibyte).used(0.9))});
  rules::ScaleMemory less;
  less.by_bytes = -128 * kMebibyte;
  round.domain_fires("a", {less});
  EXPECT_THAT(explain(round.only()), HasSubstr("a has 512 MiB and keeps at least "));
}

TEST(DecisionTest, ATargetThatIsFullLacksMemoryRatherThanHavingLessThanNone) {
  Round round({node("h1").cpu(0.95).with(domain("a").cpu(0.9).vcpus(2, 4).memory(4 * kGibibyte, 4 * kGibibyte)),
               node("h2").memory(4 * kGibibyte, kGibibyte)});
  round.node_fires("h1", {rules::Migrate{}});
  EXPECT_THAT(explain(round.only()), HasSubstr("h2 lacks 3.1 GiB of memory for it, of 4 GiB"));
}

}  // namespace
}  // namespace hotspot::plan
