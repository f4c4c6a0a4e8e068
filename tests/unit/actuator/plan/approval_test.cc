// A recommendation that an operator approved is planned anew: it and nothing else may come of it, if nothing is against
// it. One that he refused is not made again.
#include <gmock/gmock.h>

#include "tests/unit/actuator/plan/balancing_round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// A hot node with two guests that could go, and two nodes to which they could.
class Approved : public ::testing::Test {
 protected:
  static std::vector<telemetry::NodeSnapshot> nodes(double h2_cpu = 0.2) {
    return {node("h1").cpus(8).cpu(0.9).memory(64 * kGibibyte, 40 * kGibibyte).with(guest("a", 2)).with(guest("b", 3)),
            node("h2").cpus(8).cpu(h2_cpu).memory(64 * kGibibyte, 40 * kGibibyte),
            node("h3").cpus(8).cpu(0.1).memory(64 * kGibibyte, 40 * kGibibyte)};
  }
  static telemetry::DomainSample guest(const std::string& name, std::int64_t gibibytes) {
    return domain(name).vcpus(4, 4).cpu(0.9).memory(gibibytes * kGibibyte, 8 * kGibibyte);
  }

  static Approval move(const Round& round, const std::string& name, const std::string& target) {
    Approval approval{round.firings.front().rule->name, round.firings.front().subject.key(), {}, "ada"};
    approval.action.domain_uuid = uuid_of(name);
    approval.action.domain_name = name;
    approval.action.node_uuid = uuid_of("h1");
    approval.action.node_name = "h1";
    approval.action.step = migrate_to(target);
    return approval;
  }
  static Decision decided(const Round& round, const Approval& approval) {
    PlanInput input = round.input();
    input.daemon_mode = Mode::kRecommend;
    input.approved = &approval;
    std::vector<Decision> all = plan::plan(input);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Decision{} : all.front();
  }
  static Rejections rejected(const std::string& name, const model::Step& step) {
    Rejections all;
    all.add({"1-1-0", "NodeCpuHot", uuid_of(name), name, step, "bob", "no", kNow, kNow + Milliseconds(60'000)});
    return all;
  }
};

TEST_F(Approved, TheVeryMoveBeginsAlthoughAnotherIsBetterNow) {
  Round round(nodes());
  round.node_fires("h1", {rules::Migrate{}});
  ASSERT_EQ(step_of(round.only()), "migrate to h3");
  ASSERT_EQ(round.only().action->domain_name, "a");
  for (const char* name : {"a", "b"}) {
    const Decision decision = decided(round, move(round, name, "h2"));
    EXPECT_EQ(decision.outcome, Outcome::kAct) << explain(decision);
    EXPECT_EQ(step_of(decision), "migrate to h2");
    EXPECT_EQ(decision.action->domain_name, name);
    EXPECT_EQ(decision.action->approved_by, "ada");
    EXPECT_EQ(decision.mode, Mode::kRecommend);
    EXPECT_THAT(decision.sentence, HasSubstr("approved by ada: migrate to h2"));
  }
}

TEST_F(Approved, WhatIsAgainstItIsSaidAndNoOtherMoveTakesItsPlace) {
  Round round(nodes(0.79));
  round.node_fires("h1", {rules::Migrate{}});
  const Decision decision = decided(round, move(round, "a", "h2"));
  EXPECT_EQ(decision.outcome, Outcome::kNothing) << explain(decision);
  EXPECT_THAT(decision.sentence, HasSubstr("nothing is done, because h2 would"));
}

TEST_F(Approved, ALimitThatIsReachedIsAgainstIt) {
  Round round(nodes());
  round.node_fires("h1", {rules::Migrate{}});
  round.under_way("b", "h1", migrate_to("h3"));
  EXPECT_EQ(decided(round, move(round, "a", "h2")).outcome, Outcome::kNothing);
}

TEST_F(Approved, InModeObserveNothingBegins) {
  Round round(nodes());
  round.node_fires("h1", {rules::Migrate{}});
  const Approval approval = move(round, "a", "h2");
  PlanInput input = round.input();
  input.daemon_mode = Mode::kObserve;
  input.approved = &approval;
  EXPECT_EQ(plan::plan(input).front().outcome, Outcome::kNothing);
}

TEST_F(Approved, AnEarlierRemedyThatIsPossibleByNowDoesNotComeInItsPlace) {
  Round round({node("h1").with(domain("a").vcpus(1, 4).cpu(0.95)), node("h2")});
  round.domain_fires("a", {rules::ScaleVcpus{}, rules::Migrate{}});
  const Decision decision = decided(round, move(round, "a", "h2"));
  EXPECT_EQ(decision.outcome, Outcome::kNothing);
  EXPECT_THAT(decision.sentence, HasSubstr("by now it would be something else: vCPUs 1 → 2 for a on h1"));
}

TEST_F(Approved, ADrainMovesTheDomainWhereItWasApproved) {
  Round round(nodes());
  round.node_fires("h1", {rules::Drain{}});
  const Decision decision = decided(round, move(round, "b", "h2"));
  EXPECT_EQ(decision.outcome, Outcome::kAct) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "b");
  EXPECT_EQ(step_of(decision), "migrate to h2");
}

TEST_F(Approved, ABalancingMoveBeginsAlthoughAnotherGainsMore) {
  Round round({node_with("h1", 10), node_with("h2", 2), node_with("h3", 1)});
  for (const int most : {10, 1}) {
    round.firings.clear();
    cluster_fires(round, balance_rule({.max_moves = most, .least_gain_ratio = 0.05}));
    ASSERT_EQ(step_of(round.only()), "migrate to h3");
    const Decision decision = decided(round, move(round, "h1-9", "h2"));
    ASSERT_EQ(decision.outcome, Outcome::kAct) << explain(decision);
    EXPECT_EQ(decision.action->domain_name, "h1-9");
    EXPECT_EQ(step_of(decision), "migrate to h2");
    ASSERT_TRUE(decision.balance);
    EXPECT_EQ(decision.balance->moves.front().domain, "h1-9");
  }
}

TEST_F(Approved, ABalancingMoveThatNoLongerHoldsIsSaidToBeSo) {
  auto full = node_with("h2", 2);
  full.node.memory_available_bytes = kGibibyte;
  Round round({node_with("h1", 10), full, node_with("h3", 1)});
  cluster_fires(round, balance_rule());
  ASSERT_EQ(step_of(round.only()), "migrate to h3");
  const Decision no_room = decided(round, move(round, "h1-9", "h2"));
  EXPECT_EQ(no_room.outcome, Outcome::kNothing);
  EXPECT_THAT(no_room.sentence, HasSubstr("because h2 can no longer take h1-9")) << explain(no_room);
  Approval back = move(round, "h3-0", "h1");
  back.action.node_uuid = uuid_of("h3");
  const Decision worse = decided(round, back);
  EXPECT_EQ(worse.outcome, Outcome::kNothing) << explain(worse);
  EXPECT_THAT(worse.sentence, HasSubstr("because it gains nothing"));
}

TEST_F(Approved, TheNodeThatWasToBeEmptiedIsAlthoughAnotherTakesLessTime) {
  Round round({node_with("h1", 2), node_with("h2", 1), node_with("h3", 4), node_with("h4", 3)});
  rules::Rule rule = rule_of("TooManyNodes", {rules::Consolidate{}});
  rule.expression_text = "cluster_nodes_needed < count(node_domains > 0) - 1";
  round.fires(rule, {rules::SubjectKind::kCluster, "", "", {}});
  ASSERT_EQ(round.only().action->domain_name, "h2-0");
  ASSERT_EQ(step_of(round.only()), "migrate to h3");
  const Decision decision = decided(round, move(round, "h1-1", "h4"));
  EXPECT_EQ(decision.outcome, Outcome::kAct) << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "h1-1");
  EXPECT_EQ(step_of(decision), "migrate to h4");
  EXPECT_THAT(decision.plan, HasSubstr("h1 is emptied: 2 domains go elsewhere"));
}

TEST_F(Approved, ANodeThatCanNoLongerBeEmptiedWhollyStays) {
  Round round({node_with("h1", 2), node_with("h2", 9), node_with("h3", 9)});
  rules::Rule rule = rule_of("TooManyNodes", {rules::Consolidate{}});
  rule.expression_text = "cluster_nodes_needed < count(node_domains > 0) - 1";
  for (const rules::SubjectKind kind : {rules::SubjectKind::kCluster, rules::SubjectKind::kNode}) {
    round.firings.clear();
    round.fires(rule, {kind, kind == rules::SubjectKind::kNode ? uuid_of("h1") : "", "", {}});
    const Decision decision = decided(round, move(round, "h1-1", "h2"));
    EXPECT_EQ(decision.outcome, Outcome::kNothing) << explain(decision);
    EXPECT_THAT(decision.sentence, HasSubstr("because h2 would be at"));
  }
}

TEST_F(Approved, WhatBelongsWithADomainThatAnOperatorMovedFollowsIt) {
  const auto together = [](const std::string& name) {
    return domain(name).cpu(0.5).policy({.group = "g", .affinity = {"g"}});
  };
  Round round({node("h1").with(together("b")), node("h2").with(together("a"))});
  model::Action moved;
  moved.domain_uuid = uuid_of("a");
  moved.node_uuid = uuid_of("h1");
  moved.rule = "NodeCpuHot";
  moved.step = migrate_to("h2");
  for (const char* by : {"", "ada"}) {
    moved.approved_by = by;
    RecentSteps steps;
    steps.note(moved, model::ActionState::kDone, kNow - Milliseconds(5'000));
    round.steps = &steps;
    round.daemon_mode = Mode::kRecommend;
    const Decision decision = round.only();
    EXPECT_EQ(decision.outcome, *by == '\0' ? Outcome::kRecommend : Outcome::kAct) << explain(decision);
    EXPECT_EQ(decision.action->approved_by, by);
    round.daemon_mode = Mode::kObserve;
    EXPECT_TRUE(round.plan().empty());
  }
}

TEST_F(Approved, ARefusedMoveIsNotRecommendedAndTheNextBestIs) {
  Round round(nodes());
  round.node_fires("h1", {rules::Migrate{}});
  const Rejections all = rejected("a", migrate_to("h3"));
  PlanInput input = round.input();
  input.rejections = &all;
  EXPECT_EQ(step_of(plan::plan(input).front()), "migrate to h3") << "a rule that acts asks nobody";
  input.daemon_mode = Mode::kRecommend;
  const Decision decision = plan::plan(input).front();
  EXPECT_EQ(decision.outcome, Outcome::kRecommend);
  EXPECT_FALSE(decision.action->domain_name == "a" && step_of(decision) == "migrate to h3") << explain(decision);
  EXPECT_THAT(refusals_of(decision),
              Contains("a to h3: held, bob refused 'migrate to h3' for a (no): NodeCpuHot does not recommend it again "
                       "for 1 min"));
  input.now = kNow + Milliseconds(60'000);
  EXPECT_FALSE(all.refusal("NodeCpuHot", uuid_of("a"), migrate_to("h3"), input.now)) << "its time is over";
}

TEST(Rejections, AreBoundedAndTheNewestOfOneCounts) {
  Rejections all;
  for (std::size_t i = 0; i < Rejections::kMost + 10; ++i)
    all.add({"", "R", std::to_string(i), "d", model::SetVcpus{1, 2}, "bob", "", kNow, kNow + Milliseconds(1000)});
  EXPECT_EQ(all.all().size(), Rejections::kMost);
  all.add({"", "R", "400", "d", model::SetVcpus{1, 2}, "eve", "", kNow, kNow + Milliseconds(5000)});
  EXPECT_EQ(all.all().size(), Rejections::kMost);
  EXPECT_THAT(all.refusal("R", "400", model::SetVcpus{1, 2}, kNow)->message, HasSubstr("eve refused"));
  EXPECT_FALSE(all.refusal("R", "400", model::SetVcpus{2, 3}, kNow)) << "it has changed";
  EXPECT_FALSE(all.refusal("Other", "400", model::SetVcpus{1, 2}, kNow));
  all.forget_expired(kNow + Milliseconds(2000));
  EXPECT_EQ(all.all().size(), 1u);
}

}  // namespace
}  // namespace hotspot::plan
