// From what fires to what shall be done: order of remedies, modes, cooldowns, what is under way, and the sentences.
#include "actuator/plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using rules::Migrate;
using rules::ScaleMemory;
using rules::ScaleVcpus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

telemetry::Policy policy_mode(const std::string& mode) { return {.mode = mode}; }

Round one_hot_domain(const telemetry::DomainSample& a) {
  Round round({node("h1").cpu(0.6).with(a), node("h2")});
  round.domain_fires("a", {ScaleVcpus{}, Migrate{}});
  return round;
}
Round one_hot_domain() { return one_hot_domain(domain("a").cpu(0.95)); }

TEST(Planner, TakesTheFirstRemedyThatIsPossible) {
  EXPECT_EQ(step_of(one_hot_domain().only()), "vCPUs 1 → 2");
  Round full = one_hot_domain(domain("a").cpu(0.95).vcpus(1, 1));
  const Decision decision = full.only();
  EXPECT_EQ(step_of(decision), "migrate to h2") << explain(decision);
  EXPECT_THAT(refusals_of(decision), ElementsAre(HasSubstr("at_limit, a has 1 vCPU, the limit is 1")));
}

TEST(Planner, KeepsToTheRulesOrder) {
  Round round({node("h1").cpu(0.6).with(domain("a").cpu(0.95)), node("h2")});
  round.domain_fires("a", {Migrate{}, ScaleVcpus{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
}

TEST(Planner, SaysWhyWhenNoRemedyIsPossible) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(0.95).vcpus(1, 1))});
  round.domain_fires("a", {ScaleVcpus{}, ScaleMemory{.by_bytes = -kGibibyte}, Migrate{}});
  round.cluster = cluster_of({node("h1").cpu(0.9).with(
      domain("a").cpu(0.95).vcpus(1, 1).set(&model::DomainSample::memory_usable_bytes, std::nullopt))});
  const Decision decision = round.only();
  EXPECT_EQ(decision.outcome, Outcome::kNothing);
  EXPECT_THAT(refusals_of(decision), ElementsAre(HasSubstr("at_limit"), HasSubstr("not_measured"),
                                                 HasSubstr("no_target, a can go nowhere that would help")));
  EXPECT_THAT(decision.sentence, HasSubstr("; nothing is done, because a has 1 vCPU, the limit is 1"));
}

TEST(Planner, FillsInTheWholeAction) {
  Round round = one_hot_domain();
  const Decision decision = round.only();
  ASSERT_TRUE(decision.action);
  const model::Action& action = *decision.action;
  EXPECT_EQ(decision.id, "1-1-0");
  EXPECT_EQ(action.decision_id, decision.id);
  EXPECT_EQ(action.id, "1-1-a0");
  EXPECT_EQ(action.domain_uuid, uuid_of("a"));
  EXPECT_EQ(action.domain_name, "a");
  EXPECT_EQ(action.node_uuid, uuid_of("h1"));
  EXPECT_EQ(action.node_name, "h1");
  EXPECT_EQ(action.node_uri, "qemu+tcp://h1/system");
  EXPECT_EQ(action.rule, "DomainCpuHot");
  EXPECT_EQ(action.planned_at, kNow);
  EXPECT_EQ(action.first_sample_at, kNow - Milliseconds(3000));
  EXPECT_EQ(action.cooldown, std::chrono::minutes(15));
  EXPECT_EQ(action.reason, decision.sentence);
}

TEST(Planner, WritesTheWholeOfItInOneSentence) {
  Round round({node("h1").cpu(0.25).with(domain("a").cpu(0.8)), node("h2")});
  round.domain_fires("a", {ScaleVcpus{}});
  EXPECT_EQ(round.only().sentence,
            "domain a on h1: DomainCpuHot (domain_cpu_ratio > 90%) held 2 of 3 samples; vCPUs 1 → 2 for a, h1 CPU 25 % "
            "→ 35 %");
  round.daemon_mode = Mode::kRecommend;
  EXPECT_THAT(round.only().sentence, HasSubstr("; would do: vCPUs 1 → 2 for a"));
  round.daemon_mode = Mode::kObserve;
  EXPECT_THAT(round.only().sentence, HasSubstr("; nothing is done, because the mode is observe"));
}

struct ModeCase {
  Mode daemon, rule;
  const char* policy;  // null: the domain has none
  Outcome outcome;
};

class PlannerMode : public ::testing::TestWithParam<ModeCase> {};

TEST_P(PlannerMode, IsTheMostCarefulOfDaemonRuleAndPolicy) {
  const ModeCase& c = GetParam();
  auto a = domain("a").cpu(0.95);
  if (c.policy != nullptr) a.policy(policy_mode(c.policy));
  const std::vector<rules::Remedy> remedies{ScaleVcpus{}, Migrate{}};
  for (const rules::Remedy& remedy : remedies) {
    Round round({node("h1").cpu(0.6).with(a), node("h2")});
    rules::Rule rule = rule_of("DomainCpuHot", {remedy});
    rule.mode = c.rule;
    round.domain_fires("a", rule);
    round.daemon_mode = c.daemon;
    const Decision decision = round.only();
    EXPECT_EQ(decision.outcome, c.outcome) << rules::to_string(c.daemon) << ", " << rules::to_string(c.rule) << ", "
                                           << (c.policy == nullptr ? "none" : c.policy) << "\n"
                                           << explain(decision);
    EXPECT_EQ(decision.action.has_value(), c.outcome != Outcome::kNothing);
  }
}

INSTANTIATE_TEST_SUITE_P(, PlannerMode,
                         ::testing::Values(ModeCase{Mode::kEnforce, Mode::kEnforce, nullptr, Outcome::kAct},
                                           ModeCase{Mode::kEnforce, Mode::kEnforce, "enforce", Outcome::kAct},
                                           ModeCase{Mode::kRecommend, Mode::kEnforce, "enforce", Outcome::kRecommend},
                                           ModeCase{Mode::kEnforce, Mode::kRecommend, "enforce", Outcome::kRecommend},
                                           ModeCase{Mode::kEnforce, Mode::kEnforce, "recommend", Outcome::kRecommend},
                                           ModeCase{Mode::kObserve, Mode::kEnforce, "enforce", Outcome::kNothing},
                                           ModeCase{Mode::kEnforce, Mode::kObserve, "enforce", Outcome::kNothing},
                                           ModeCase{Mode::kEnforce, Mode::kEnforce, "observe", Outcome::kNothing},
                                           ModeCase{Mode::kRecommend, Mode::kObserve, nullptr, Outcome::kNothing},
                                           ModeCase{Mode::kEnforce, Mode::kEnforce, "enfroce", Outcome::kNothing},
                                           ModeCase{Mode::kEnforce, Mode::kEnforce, "", Outcome::kNothing}));

TEST(Planner, DoesNothingOnStaleData) {
  Round round = one_hot_domain();
  round.firings.front().fresh = false;
  round.now += std::chrono::minutes(1);
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("stale, its data are stale: nothing is done without a fresh reading"));
}

TEST(Planner, DoesNotCallADomainStaleThatHasJustStarted) {
  Round round = one_hot_domain();
  round.firings.front().fresh = false;
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("stale, there is no new sample of it yet that the rule could judge: "
                          "it has just started, moved or come back"));
}

TEST(Planner, KnowsThatADomainIsInNoSnapshotBecauseItIsBeingMoved) {
  Round round({node("h1"), node("h2")});
  rules::Firing& firing = round.domain_fires("a", {rules::ScaleVcpus{}});
  firing.subject.node_uuid = uuid_of("h1");
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("not_running, it is in no snapshot now: it was stopped, or it is between two nodes"));
  round.under_way("a", "h1", model::MigrateTo{uuid_of("h2"), "h2", "qemu+tls://h2/system"});
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("in_flight, an action on it is under way: migrate to h2 (action 0-a)"));
}

TEST(Planner, DoesNothingForARuleThatOnlyTells) {
  Round round({node("h1").with(domain("a"))});
  round.domain_fires("a", std::vector<rules::Remedy>{});
  EXPECT_THAT(refusals_of(round.only()), ElementsAre("not_applicable, the rule names no remedy: it only tells"));
}

TEST(Planner, DecidesOnlyAboutWhatFires) {
  Round round = one_hot_domain();
  for (const rules::Phase phase : {rules::Phase::kPending, rules::Phase::kResolved}) {
    round.firings.front().phase = phase;
    EXPECT_THAT(round.plan(), IsEmpty()) << shown(round.plan());
  }
}

TEST(Planner, DoesNotOverfillATargetWithSeveralFiringsInOneRound) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(1.0)), node("h3").cpu(0.9).with(domain("b").cpu(1.0)),
               node("h2").cpu(0.4)});
  round.limits.migrations_in_per_node = 9;
  round.limits.migrations_per_cluster = 9;
  round.domain_fires("a", {Migrate{}});
  round.domain_fires("b", {Migrate{}});
  const auto decisions = round.plan();
  ASSERT_THAT(decisions, SizeIs(2)) << shown(decisions);
  EXPECT_EQ(step_of(decisions[0]), "migrate to h2");
  EXPECT_EQ(step_of(decisions[1]), "nothing") << "40 % and twice 25 % is above the ceiling\n" << shown(decisions);
}

TEST(Planner, DoesNotOverfillANodeByScalingSeveralOfItsDomains) {
  Round round({node("h1").cpu(0.55).with(domain("a").cpu(1.0)).with(domain("b").cpu(1.0)).with(domain("c").cpu(1.0))});
  for (const char* name : {"a", "b", "c"}) round.domain_fires(name, {ScaleVcpus{}});
  const auto decisions = round.plan();
  ASSERT_THAT(decisions, SizeIs(3)) << shown(decisions);
  EXPECT_EQ(step_of(decisions[0]), "vCPUs 1 → 2");
  EXPECT_EQ(step_of(decisions[1]), "vCPUs 1 → 2");
  EXPECT_EQ(step_of(decisions[2]), "nothing") << shown(decisions);
}

TEST(Planner, TouchesADomainOnlyOnceInARound) {
  Round round = one_hot_domain();
  round.domain_fires("a", rule_of("Another", {ScaleMemory{.by_bytes = 100 * kMebibyte}}));
  const auto decisions = round.plan();
  ASSERT_THAT(decisions, SizeIs(2)) << shown(decisions);
  EXPECT_THAT(refusals_of(decisions[1]), ElementsAre("in_flight, another action on a is under way"));
}

TEST(Planner, LeavesADomainAloneWhileItCoolsDown) {
  Round round = one_hot_domain();
  round.cooldowns.note({uuid_of("a"), kNow - std::chrono::minutes(5), std::chrono::minutes(15)}, round.limits);
  const Decision decision = round.only();
  EXPECT_EQ(decision.outcome, Outcome::kNothing);
  EXPECT_THAT(decision.sentence, HasSubstr("because a cools down for another 10 min after 1 action"));
  round.now = kNow + std::chrono::minutes(10);
  round.freshness.min_max_age = std::chrono::hours(1);
  EXPECT_EQ(step_of(round.only()), "vCPUs 1 → 2");
}

TEST(Planner, LeavesADomainAloneForTwiceAsLongAfterTheSecondAction) {
  Round round = one_hot_domain();
  round.cooldowns.note({uuid_of("a"), kNow - std::chrono::minutes(40), std::chrono::minutes(15)}, round.limits);
  round.cooldowns.note({uuid_of("a"), kNow - std::chrono::minutes(20), std::chrono::minutes(15)}, round.limits);
  EXPECT_THAT(round.only().sentence, HasSubstr("because a cools down for another 10 min after 2 actions"));
}

TEST(Planner, CountsTheLoadOfWhatIsUnderWay) {
  Round round(
      {node("h1").cpu(0.9).with(domain("a").cpu(1.0)), node("h3").with(domain("b").cpu(1.0)), node("h2").cpu(0.4)});
  round.limits.migrations_in_per_node = 9;
  round.domain_fires("a", {Migrate{}});
  round.under_way("b", "h3", migrate_to("h2"));
  round.node_action_ended[uuid_of("h3")] = kNow;  // h3 is no target
  EXPECT_THAT(refusals_of(round.only()),
              ::testing::Contains("a to h2: no_cpu, h2 would be at 90 % of its 4 CPUs, the ceiling is 80 %"));
}

TEST(Planner, CountsVcpusAndMemoryThatAreUnderWayUntilTheSnapshotsShowThem) {
  const auto b = domain("b").cpu(0.1).vcpus(1, 8).memory(kGibibyte, 4 * kGibibyte);
  Round round({node("h1").cpu(0.3).memory(8 * kGibibyte, 3 * kGibibyte).with(domain("a").cpu(1.0)).with(b)});
  round.domain_fires("a", {ScaleVcpus{}, ScaleMemory{.by_bytes = 512 * kMebibyte}});
  round.under_way("b", "h1", model::SetVcpus{1, 3});
  EXPECT_EQ(step_of(round.only()), "balloon 512 MiB → 1 GiB") << "2 vCPUs that are on their way fill the node";
  round.in_flight.clear();
  round.under_way("b", "h1", model::SetVcpus{0, 1});
  EXPECT_EQ(step_of(round.only()), "vCPUs 1 → 2") << "b has its vCPU: the figures include it";
  round.firings.clear();
  round.domain_fires("a", {ScaleMemory{.by_bytes = 512 * kMebibyte}});
  round.in_flight.clear();
  round.under_way("b", "h1", model::SetBalloon{kGibibyte, 3 * kGibibyte});
  EXPECT_EQ(step_of(round.only()), "nothing") << "2 GiB on their way leave too little";
  round.in_flight.clear();
  round.under_way("b", "h1", model::SetBalloon{-kGibibyte, kGibibyte});
  EXPECT_EQ(step_of(round.only()), "balloon 512 MiB → 1 GiB") << "b has its memory: the figures include it";
}

TEST(Planner, CountsWhatIsTakenAwayOnlyOnceTheSnapshotsShowIt) {
  const auto b = domain("b").cpu(0.1).vcpus(4, 8).memory(2 * kGibibyte, 4 * kGibibyte);
  Round round({node("h1").cpu(0.75).memory(8 * kGibibyte, kGibibyte).with(domain("a").cpu(1.0)).with(b)});
  round.domain_fires("a", {ScaleVcpus{}});
  round.under_way("b", "h1", model::SetVcpus{4, 1});
  EXPECT_EQ(step_of(round.only()), "nothing") << shown(round.plan());
  round.firings.clear();
  round.domain_fires("a", {ScaleMemory{.by_bytes = 512 * kMebibyte}});
  round.in_flight.clear();
  round.under_way("b", "h1", model::SetBalloon{2 * kGibibyte, kGibibyte});
  EXPECT_EQ(step_of(round.only()), "nothing") << shown(round.plan());
  round.in_flight.clear();
  round.under_way("b", "h1", model::SetBalloon{3 * kGibibyte, 2 * kGibibyte});
  EXPECT_EQ(step_of(round.only()), "nothing") << "what is shown already is not counted twice\n" << shown(round.plan());
}

TEST(Planner, LimitsTheActionsOfTheCluster) {
  Round round = one_hot_domain();
  round.limits.actions_per_cluster = 1;
  round.under_way("b", "h2", model::SetVcpus{1, 2});
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre("too_many, 1 actions are under way in the cluster, the limit is 1",
                          "too_many, 1 actions are under way in the cluster, the limit is 1"));
}

TEST(Planner, DecidesNothingWhileTheFiringsOwnActionIsUnderWay) {
  Round round = one_hot_domain();
  round.under_way("a", "h1", model::SetVcpus{1, 2});
  EXPECT_THAT(refusals_of(round.only()),
              ElementsAre(HasSubstr("in_flight"), HasSubstr("in_flight"), HasSubstr("no_target")))
      << "another rule's action is a reason to say";
  round.in_flight.front().action.rule = "DomainCpuHot";
  EXPECT_THAT(round.plan(), IsEmpty()) << shown(round.plan());
}

TEST(Planner, DecidesNothingWhileANodesOwnActionIsUnderWay) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(1.0)), node("h2")});
  round.node_fires("h1", {Migrate{}});
  round.under_way("a", "h1", migrate_to("h2"));
  round.in_flight.front().action.rule = "NodeCpuHot";
  EXPECT_THAT(round.plan(), IsEmpty()) << shown(round.plan());
  round.in_flight.front().action.node_uuid = uuid_of("h3");
  EXPECT_THAT(round.plan(), SizeIs(1)) << "the action is of another node's firing";
}

TEST(Planner, KeepsQuietWhenNothingButSettlingStandsInTheWay) {
  Round round = one_hot_domain();
  round.node_action_ended[uuid_of("h1")] = kNow;
  EXPECT_THAT(round.plan(), IsEmpty()) << shown(round.plan());
  rules::Rule rule = rule_of("Another", {ScaleVcpus{.by = 1, .max = 1}, Migrate{}});
  round.domain_fires("a", rule);
  EXPECT_THAT(round.plan(), IsEmpty()) << "settling is looked at before limits\n" << shown(round.plan());
}

TEST(Planner, ShowsAtMostTwentyOfWhatWasRefusedAndCountsTheRest) {
  std::vector<telemetry::NodeSnapshot> nodes{node("h1").cpu(0.9).with(domain("a").cpu(1.0))};
  for (int i = 0; i < 30; ++i) nodes.push_back(node("x" + std::to_string(i)).cpu(0.79));
  Round round(nodes);
  round.domain_fires("a", {Migrate{}});
  const Decision decision = round.only();
  ASSERT_THAT(decision.considered, SizeIs(20));
  int more = 0;
  for (const auto& [kind, count] : decision.more) more += count;
  EXPECT_EQ(more, 11) << explain(decision);
}

// Nodes are tried in the order of their UUIDs: those that are listed, then those that are only counted.
TEST(Planner, CountsEachRefusalThatItDoesNotShowUnderItsOwnKind) {
  std::vector<telemetry::NodeSnapshot> nodes{node("h1").cpu(0.9).with(domain("a").cpu(1.0))};
  for (int i = 0; i < 20; ++i) nodes.push_back(node("listed" + std::to_string(i)).cpu(0.79));
  for (int i = 0; i < 3; ++i) nodes.push_back(node("more" + std::to_string(i)).cpu(0.79));
  for (int i = 0; i < 4; ++i) nodes.push_back(node("silent" + std::to_string(i)).at(kNow - Milliseconds(60'000)));
  for (int i = 0; i < 5; ++i) nodes.push_back(node("small" + std::to_string(i)).memory(8 * kGibibyte, kMebibyte));
  nodes.push_back(node("z").set(&model::NodeSample::hypervisor, "Xen"));
  Round round(nodes);
  round.domain_fires("a", {Migrate{}});
  const Decision decision = round.only();
  ASSERT_THAT(decision.considered, SizeIs(20)) << explain(decision);
  EXPECT_EQ(decision.considered.front().refusal.kind, model::RefusalKind::kNoTarget) << "of the remedy as a whole";
  const std::map<std::string, int> more{{"no_cpu", 4}, {"stale", 4}, {"no_memory", 5}, {"incompatible", 1}};
  EXPECT_EQ(decision.more, more) << explain(decision);
  for (const Considered& one : decision.considered)
    EXPECT_NE(one.refusal.message, "") << one.domain << " to " << one.target;
}

TEST(Planner, ListsWhatALaterRemedyRefusedAsAWholeHoweverMuchWasCounted) {
  std::vector<telemetry::NodeSnapshot> nodes{node("h1").cpu(0.9).with(domain("a").cpu(1.0))};
  for (int i = 0; i < 30; ++i) nodes.push_back(node("x" + std::to_string(i)).cpu(0.79));
  Round round(nodes);
  round.domain_fires("a", {Migrate{}, ScaleVcpus{.by = 1, .max = 1}});
  const Decision decision = round.only();
  ASSERT_THAT(decision.considered, SizeIs(20)) << explain(decision);
  EXPECT_EQ(decision.considered[0].remedy, "migrate");
  EXPECT_EQ(decision.considered[1].remedy, "scale_vcpus") << explain(decision);
  EXPECT_NE(decision.considered[1].refusal.message, "");
  EXPECT_EQ(decision.more.at("no_cpu"), 12) << explain(decision);
}

TEST(Planner, GivesTheSameDecisionsForTheSameInput) {
  Round round({node("h1").cpu(0.9).with(domain("a").cpu(1.0)).with(domain("b").cpu(1.0)), node("h2"), node("h3")});
  round.domain_fires("a", {ScaleVcpus{}, Migrate{}});
  round.node_fires("h1", {Migrate{}});
  const auto first = round.plan(), second = round.plan();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].action, second[i].action);
    EXPECT_EQ(explain(first[i]), explain(second[i]));
    EXPECT_TRUE(first[i].repeats(second[i]));
  }
}

TEST(Decision, RepeatsAnotherOnlyWithTheSameConclusionForTheSameReasons) {
  Round round = one_hot_domain(domain("a").cpu(0.95).vcpus(1, 1));
  const Decision decision = round.only();
  round.cluster = cluster_of({node("h1").cpu(0.62).with(domain("a").cpu(0.97).vcpus(1, 1)), node("h2")});
  EXPECT_TRUE(round.only().repeats(decision)) << "other figures are no other conclusion\n" << explain(round.only());
  round.daemon_mode = Mode::kRecommend;
  EXPECT_FALSE(round.only().repeats(decision)) << "another mode";
  round.daemon_mode = Mode::kEnforce;
  round.cluster = cluster_of({node("h1").cpu(0.62).with(domain("a").cpu(0.97)), node("h2")});
  EXPECT_FALSE(round.only().repeats(decision)) << "another step";
  round.cluster = cluster_of({node("h1").cpu(0.62).with(domain("a").cpu(0.97).vcpus(1, 1)), node("h2").cpu(0.7)});
  const Decision full = round.only();
  EXPECT_FALSE(full.repeats(decision)) << "another outcome\n" << explain(full);
  round.cluster.forget_node(uuid_of("h2"));
  EXPECT_FALSE(round.only().repeats(full)) << "other reasons\n" << explain(round.only());
}

TEST(Decision, ExplainsItselfInLines) {
  Round round({node("h1").cpu(0.25).with(domain("a").cpu(0.8)), node("h2")});
  round.domain_fires("a", {ScaleVcpus{}});
  EXPECT_EQ(explain(round.only()),
            "DomainCpuHot on domain a on h1, mode enforce\n"
            "expression: domain_cpu_ratio > 90%\n"
            "measured: 0.95, 0 ms before the decision; held 2 of 3 samples\n"
            "decided: vCPUs 1 → 2 for a\n"
            "a: used 0.8 cores, had 1 vCPU, had 512 MiB of memory\n"
            "predicted effect:\n"
            "  h1: CPU 25 % → 35 %, memory 12 % → 12 %\n");
  round.cluster = cluster_of({node("h1").with(domain("a").vcpus(4, 4))});
  EXPECT_EQ(
      explain(round.only()),
      "DomainCpuHot on domain a on h1, mode enforce\n"
      "expression: domain_cpu_ratio > 90%\n"
      "measured: 0.95, 0 ms before the decision; held 2 of 3 samples\n"
      "nothing is done\n"
      "because:\n"
      "  - scale_vcpus: at_limit, a has 4 vCPUs, the limit is 4 (the domain's own 4, its policy's and the rule's)\n");
}

}  // namespace
}  // namespace hotspot::plan
