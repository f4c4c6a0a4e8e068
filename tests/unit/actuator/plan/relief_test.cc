// The resource that a rule is about is what a migration cures: small inputs in which CPU alone would mislead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using hotspot::testing::DomainBuilder;
using rules::Aim;
using rules::AimedAt;
using rules::Migrate;
using ::testing::Contains;
using ::testing::HasSubstr;

rules::Rule rule_with(Aim aim) {
  rules::Rule rule = rule_of("Full", {Migrate{}});
  rule.aims = {aim};
  return rule;
}
rules::Rule cpu_above(double mark) { return rule_with({.resource = AimedAt::kCpu, .above = mark}); }
rules::Rule memory_above(double mark) { return rule_with({.resource = AimedAt::kMemory, .above = mark}); }

// A domain of so many vCPUs that use so many cores in all.
DomainBuilder guest(const std::string& name, int vcpus, double cores) {
  return domain(name).vcpus(vcpus, vcpus).cpu(cores / vcpus).memory(kGibibyte, kGibibyte).used(0.5);
}
DomainBuilder sized(DomainBuilder guest, std::int64_t bytes) { return guest.memory(bytes, bytes).used(0.5); }

hotspot::testing::NodeBuilder host(const std::string& name, int cpus, double used) {
  return node(name).cpus(cpus).cpu(used).memory(64 * kGibibyte, 60 * kGibibyte);
}

const Effect& effect_on(const Decision& decision, const std::string& name) {
  for (const Effect& effect : decision.effects)
    if (effect.node == name) return effect;
  ADD_FAILURE() << "no effect on " << name << "\n" << explain(decision);
  static const Effect none;
  return none;
}

// 64 GiB, of which eight guests of 7 GiB that hardly use CPU have taken 91 %.
hotspot::testing::NodeBuilder full_of_memory() {
  auto full = host("h1", 16, 0.08).memory(64 * kGibibyte, 64 * kGibibyte * 9 / 100);
  for (int i = 0; i < 8; ++i) full.with(sized(guest("m" + std::to_string(i), 2, 0.15), 7 * kGibibyte));
  return full;
}

TEST(MemoryRelief, MovesWhatFreesMemoryThoughItUsesNoCpu) {
  Round round({full_of_memory(), host("h2", 16, 0.0)});
  round.node_fires("h1", memory_above(0.90));
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(step_of(decision), "migrate to h2");
  EXPECT_LT(effect_on(decision, "h1").memory_used_ratio_after.value(), 0.87);
  EXPECT_THAT(decision.sentence, HasSubstr("h1 memory 91 % → 80 %")) << "the resource that the rule is about";
}

TEST(MemoryRelief, IsNotASmallGuestThatUsesMuchCpu) {
  Round round({full_of_memory().cpu(0.2).with(sized(guest("busy", 2, 1.9), 256 * kMebibyte)), host("h2", 16, 0.0)});
  round.node_fires("h1", memory_above(0.90));
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_NE(decision.action->domain_name, "busy");
}

TEST(MemoryRelief, CountsWhatIsAvailableInBytesToo) {
  Round round({full_of_memory(), host("h2", 16, 0.0)});
  round.node_fires("h1", rule_with({.resource = AimedAt::kMemory, .available_below = 6 * kGibibyte}));
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << shown(round.plan());
}

TEST(MemoryRelief, PushesNoTargetOverTheCeilingOfItsCpu) {
  Round round({host("h1", 4, 0.9).memory(64 * kGibibyte, 5 * kGibibyte).with(sized(guest("a", 4, 3), 16 * kGibibyte)),
               host("h2", 4, 0.3)});
  round.node_fires("h1", memory_above(0.90));
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("a to h2: no_cpu, h2 would be at 105 %")));
}

TEST(NetworkRelief, MovesTheGuestThatFillsTheLink) {
  const auto link = [](double bytes) {
    telemetry::LinkSample sample;
    sample.device = "eth0";
    sample.speed_bits_per_second = 1e9;
    sample.receive_bytes_per_second = 0;
    sample.transmit_bytes_per_second = bytes;
    return std::vector{sample};
  };
  const auto sends = [](DomainBuilder guest, double bytes) {
    telemetry::InterfaceSample sample;
    sample.device = "vnet0";
    sample.receive_bytes_per_second = 0;
    sample.transmit_bytes_per_second = bytes;
    return guest.set(&telemetry::DomainSample::interfaces, {sample});
  };
  Round round({host("h1", 16, 0.5)
                   .set(&telemetry::NodeSample::links, link(110e6))
                   .with(sends(guest("computes", 8, 6), 1e6))
                   .with(sends(guest("sends", 2, 0.2), 60e6)),
               host("h2", 16, 0.1).set(&telemetry::NodeSample::links, link(1e6))});
  round.node_fires("h1", rule_with({.resource = AimedAt::kNetwork, .above = 0.8}));
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "sends");
  EXPECT_THAT(decision.sentence, HasSubstr("h1 network 88 % → 40 %"));
}

TEST(UnknownRelief, IsJudgedByCpuAndSaysSo) {
  Round round({host("h1", 16, 0.9).with(guest("a", 8, 6)), host("h2", 16, 0.1)});
  round.node_fires("h1", {Migrate{}});
  EXPECT_THAT(explain(round.only()), HasSubstr("judged by CPU: its expression does not tell which resource"));
  round.firings.clear();
  round.node_fires("h1", cpu_above(0.8));
  EXPECT_THAT(explain(round.only()), Not(HasSubstr("judged by CPU")));
}

TEST(SmallGuests, AreMovedOneAfterAnotherWhenTogetherTheyCure) {
  auto hot = host("h1", 64, 0.99).memory(256 * kGibibyte, 128 * kGibibyte);
  for (int i = 0; i < 60; ++i) hot.with(guest("g" + std::to_string(i), 2, 1.05));
  Round round({hot, host("h2", 64, 0.0)});
  round.node_fires("h1", cpu_above(0.90));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(decision.sentence, HasSubstr("the first of 8 moves")) << "99 to 87 %, each frees 1.6 %";
  EXPECT_THAT(decision.sentence, HasSubstr("together bring h1 to 86 % of its CPUs"));
}

TEST(SmallGuests, StayWhenAllTogetherHardlyHelp) {
  auto hot = host("h1", 64, 0.99);
  for (int i = 0; i < 5; ++i) hot.with(guest("g" + std::to_string(i), 1, 0.5));
  Round round({hot, host("h2", 64, 0.0)});
  round.node_fires("h1", cpu_above(0.90));
  EXPECT_THAT(refusals_of(round.only()),
              Contains("g0: not_applicable, moving g0 would free 0.8 % of the node's CPU, the least gain is 5 %"));
}

TEST(LeastMoved, IsTwoSmallGuestsBeforeOneLarge) {
  Round round({host("h1", 16, 0.72)
                   .with(sized(guest("large", 4, 2), 24 * kGibibyte))
                   .with(sized(guest("one", 2, 0.9), 4 * kGibibyte))
                   .with(sized(guest("two", 2, 0.9), 4 * kGibibyte)),
               host("h2", 16, 0.1)});
  round.node_fires("h1", cpu_above(0.65));
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "one");
  EXPECT_THAT(decision.sentence, HasSubstr("the first of 2 moves (one, two)"));
}

TEST(LeastMoved, IsOneGuestWhereTwoWouldTakeLonger) {
  Round round({host("h1", 16, 0.72)
                   .with(sized(guest("alone", 4, 2), 2 * kGibibyte))
                   .with(sized(guest("one", 2, 0.9), 4 * kGibibyte))
                   .with(sized(guest("two", 2, 0.9), 4 * kGibibyte)),
               host("h2", 16, 0.1)});
  round.node_fires("h1", cpu_above(0.65));
  EXPECT_EQ(round.only().action->domain_name, "alone");
}

TEST(MovedHotspot, IsNoTargetThatItsRuleWouldFireOn) {
  Round round({host("h2", 4, 0.48).with(guest("a", 4, 1.68)), host("h3", 4, 0.0)});
  round.node_fires("h2", cpu_above(0.45));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing") << "h2 48 to 6 %, h3 0 to 42 %: h3 would fire next";
  EXPECT_THAT(refusals_of(decision),
              Contains("a to h3: no_cpu, h3 would be at 42 % of its CPUs; Full holds above 45 %, "
                       "and a target is filled to 40 %"));
}

TEST(MovedHotspot, IsNoTargetThatAnotherRuleWouldRelieve) {
  const std::vector<rules::NodeMark> marks{
      {.rule = "Warm", .memory = false, .above = 0.5, .is_about = [](const std::string& name) {
         return name == "h2";
       }}};
  Round round({host("h1", 16, 0.9).with(guest("a", 8, 5.6)), host("h2", 16, 0.2), host("h3", 16, 0.3)});
  round.node_marks = &marks;
  round.node_fires("h1", cpu_above(0.8));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_THAT(refusals_of(decision),
              Contains("a to h2: no_cpu, h2 would be at 55 % of its CPU, and Warm relieves it above 50 %"));
}

TEST(MovedHotspot, IsNotMovedAtAllIfTheSourceStaysHot) {
  Round round({host("h1", 16, 0.61).with(guest("a", 4, 2.24)), host("h2", 16, 0.0)});
  round.node_fires("h1", cpu_above(0.45));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing");
  EXPECT_THAT(decision.sentence, HasSubstr("moving a would leave h1 at 47 % of its CPUs, the rule holds above 45 %"));
}

TEST(MovedHotspot, ThatIsTheFirstOfSeveralMovesSaysWhatTheyLeave) {
  Round round({host("h1", 16, 0.61).with(guest("a", 4, 2.24)).with(guest("b", 4, 1.6)), host("h2", 16, 0.0)});
  round.node_fires("h1", cpu_above(0.45));
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "a");
  EXPECT_THAT(decision.sentence, HasSubstr("the first of 2 moves (a, b) that together bring h1 to 37 % of its CPUs"));
}

TEST(MovedHotspot, OfANodeThatIsShortIsRelievedAndSaysThatItIsNotCured) {
  Round round({host("h1", 16, 1.0).with(guest("a", 4, 3)), host("h2", 16, 0.0)});
  round.node_fires("h1", cpu_above(0.75));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(decision.sentence, HasSubstr("it relieves and does not cure: the rule holds above 75 %"));
}

TEST(MovedHotspot, DoesNotReturnToANodeThatItLeftHoursAgoWhileThereIsAnother) {
  RecentSteps steps;
  model::Action before;
  before.domain_uuid = uuid_of("a");
  before.node_uuid = uuid_of("h2");
  before.node_name = "h2";
  before.step = migrate_to("h1");
  Round round({host("h1", 16, 0.9).with(guest("a", 8, 6)), host("h2", 16, 0.0), host("h3", 16, 0.1)});
  steps.note(before, model::ActionState::kDone, round.now - std::chrono::hours(2));
  round.steps = &steps;
  round.node_fires("h1", cpu_above(0.8));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << "that would undo the move of two hours ago";
  EXPECT_THAT(refusals_of(decision), Contains("a to h2: in_cooldown, h2 comes last: a left it 2 h ago"));
}

// 16 CPUs, all used, for 32 that are wanted: one guest wants 16, four want 4 each, and all get half.
hotspot::testing::NodeBuilder starved() {
  auto node = host("h1", 16, 1.0).with(guest("big", 16, 8).set(&telemetry::DomainSample::cpu_steal_ratio, 0.5));
  for (int i = 0; i < 4; ++i)
    node.with(guest("s" + std::to_string(i), 4, 2).set(&telemetry::DomainSample::cpu_steal_ratio, 0.5));
  return node;
}

TEST(Demand, IsUseAndWhatWasStolen) {
  Round round({starved(), host("h2", 16, 0.3)});
  round.node_fires("h1", cpu_above(0.8));
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action) << explain(decision);
  EXPECT_NE(decision.action->domain_name, "big") << "it wants all of h2: 30 to 130 %";
  EXPECT_NEAR(effect_on(decision, "h1").cpu_ratio_before.value(), 2.0, 1e-9);
  EXPECT_NEAR(effect_on(decision, "h1").cpu_ratio_after.value(), 1.75, 1e-9);
  EXPECT_NEAR(effect_on(decision, "h2").cpu_ratio_after.value(), 0.55, 1e-9);
  EXPECT_THAT(explain(decision), HasSubstr("h1: CPU demand 200 % → 175 % (with 100 % that its domains wait for)"));
  EXPECT_THAT(explain(decision), HasSubstr("used 2 cores and waited for 2 more (steal)"));
}

TEST(Demand, IsUseAloneWhereCpusAreIdle) {
  auto calm = host("h1", 16, 0.5).with(guest("capped", 8, 4).set(&telemetry::DomainSample::cpu_steal_ratio, 0.5));
  Round round({calm, host("h2", 16, 0.0)});
  round.node_fires("h1", cpu_above(0.4));
  EXPECT_NEAR(effect_on(round.only(), "h1").cpu_ratio_before.value(), 0.5, 1e-9) << "its cap makes it wait";
}

// node_cpu_ratio > 85% and node_cpu_domains_ratio > 40%
rules::Rule cpu_and_domains() {
  rules::Rule rule = rule_with({.resource = AimedAt::kCpu, .of_domains = true, .above = 0.40});
  rule.aims.push_back({.resource = AimedAt::kCpu, .above = 0.85});
  return rule;
}

TEST(ComparisonsThatHoldTogether, AreNearTheirMarksOnATargetOnlyIfAllAre) {
  Round round({host("h1", 16, 0.9).with(guest("a", 4, 3)), host("h2", 16, 0.5)});
  round.node_fires("h1", cpu_and_domains());
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << "69 % is above 40 % and far below 85 %\n" << shown(round.plan());
}

TEST(ComparisonsThatHoldTogether, AreCuredBelowTheHigherMark) {
  Round round(
      {host("h1", 16, 0.9).with(guest("a", 4, 1.5)).with(sized(guest("b", 8, 8), 8 * kGibibyte)), host("h2", 16, 0.1)});
  round.node_fires("h1", cpu_and_domains());
  EXPECT_EQ(round.only().action->domain_name, "a") << "81 % is enough\n" << shown(round.plan());
}

TEST(ComparisonsThatHoldTogether, AreNotCuredAtAMarkWhereUntilAsksForMore) {
  rules::Rule rule = rule_with({.resource = AimedAt::kCpu, .of_domains = true, .above = 0.40, .until_below = 0.3});
  rule.aims.push_back({.resource = AimedAt::kCpu, .above = 0.85});
  Round round({host("h1", 16, 0.9).with(guest("a", 4, 1.5)).with(guest("b", 10, 10)), host("h2", 16, 0.1)});
  round.node_fires("h1", rule);
  EXPECT_EQ(round.only().action->domain_name, "b") << "81 % is not enough\n" << shown(round.plan());
}

// node_cpu_ratio{node=~"h.*"} > 60% or node_cpu_ratio{node!~"h.*"} > 90%
rules::Rule by_name() {
  rules::Rule rule = rule_with({.resource = AimedAt::kCpu, .above = 0.6, .is_about = [](const std::string& node) {
                                  return node.starts_with("h");
                                }});
  rule.aims.push_back({.resource = AimedAt::kCpu, .branch = 1, .above = 0.9, .is_about = [](const std::string& node) {
                         return !node.starts_with("h");
                       }});
  return rule;
}

TEST(MarksByTheNamesOfNodes, AreThoseOfTheNodeThatIsCuredAndOfTheTarget) {
  Round round({host("big", 16, 0.95).with(guest("a", 2, 1.5)).with(guest("b", 6, 6)), host("far", 16, 0.68)});
  round.node_fires("big", by_name());
  EXPECT_EQ(step_of(round.only()), "migrate to far") << "77 % there is below the 90 % of its name";
  EXPECT_EQ(round.only().action->domain_name, "a") << "86 % is enough\n" << shown(round.plan());
}

TEST(MarksByTheNamesOfNodes, LeaveTheOthersOut) {
  Round round({host("h1", 16, 0.7).with(guest("a", 4, 3)), host("h2", 16, 0.45), host("h3", 16, 0.50)});
  round.node_fires("h1", by_name());
  EXPECT_EQ(step_of(round.only()), "nothing") << "64 % on h2 is above its mark\n" << shown(round.plan());
}

TEST(ComparisonsThatHoldTogether, OfTwoResourcesRefuseATargetOnlyWhereBothAre) {
  rules::Rule rule = cpu_above(0.7);
  rule.aims.push_back({.resource = AimedAt::kMemory, .above = 0.2});
  Round round({host("h1", 16, 0.9).memory(64 * kGibibyte, 40 * kGibibyte).with(guest("a", 4, 4)),
               host("h2", 16, 0.1).memory(64 * kGibibyte, 40 * kGibibyte)});
  round.node_fires("h1", rule);
  EXPECT_EQ(step_of(round.only()), "migrate to h2") << shown(round.plan());
  round.firings.clear();
  rule.aims.back().branch = 1;
  round.node_fires("h1", rule);
  EXPECT_EQ(step_of(round.only()), "nothing") << "joined by or, memory alone is enough";
}

TEST(AnEndFarBelowTheMark, DoesNotForbidWhatBringsTheNodeBelowTheMark) {
  Round round({host("h1", 16, 0.9).with(guest("a", 4, 3)), host("h2", 16, 0.1)});
  round.node_fires("h1", rule_with({.resource = AimedAt::kCpu, .above = 0.80, .until_below = 0.5}));
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(decision.sentence, HasSubstr("it relieves and does not cure: cured is at most 50 %"));
}

}  // namespace
}  // namespace hotspot::plan
