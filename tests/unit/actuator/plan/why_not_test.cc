// Why a domain does not go to a node: figures by hand, and on random clusters whatever the planner says.
#include "actuator/plan/why_not.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/random_round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WhyNot ask(const Round& round, const std::string& domain, const std::string& target) {
  return why_not(round.input(), round.cluster.find_domain(uuid_of(domain)), *round.cluster.find_node(uuid_of(target)));
}

std::vector<model::Refusal> refusals_in(const std::vector<Hindrance>& all) {
  std::vector<model::Refusal> found;
  for (const Hindrance& one : all) found.push_back(one.refusal);
  return found;
}

std::vector<std::string> kinds_in(const std::vector<Hindrance>& all) {
  std::vector<std::string> found;
  for (const Hindrance& one : all) found.emplace_back(model::to_string(one.refusal.kind));
  return found;
}

telemetry::NodeSnapshot source() {
  return node("h1").cpus(4).cpu(0.6).with(domain("a")
                                              .vcpus(2, 2)
                                              .cpu(1)
                                              .memory(2 * kGibibyte, 2 * kGibibyte)
                                              .set(&model::DomainSample::networks, {"default"}));
}

TEST(WhyNot, SaysThatItCouldGoThereWithTheFigures) {
  const WhyNot answer = ask(Round({source(), node("h2").cpus(4).cpu(0.1)}), "a", "h2");
  EXPECT_TRUE(answer.possible());
  ASSERT_EQ(answer.effects.size(), 2u);
  EXPECT_DOUBLE_EQ(answer.effects[0].cpu_ratio_after.value(), 0.1);
  EXPECT_DOUBLE_EQ(answer.effects[1].cpu_ratio_after.value(), 0.6);
  EXPECT_GT(answer.seconds, 0);
}

TEST(WhyNot, NamesEachRefusalAndWhatWouldMakeItPossible) {
  telemetry::NodeSnapshot full = node("h2").cpus(4).cpu(0.4).memory(8 * kGibibyte, 2 * kGibibyte);
  full.node.networks = std::vector<std::string>{"other"};
  Round round({source(), full});
  round.cluster.set_draining({uuid_of("h2")});
  round.daemon_mode = Mode::kRecommend;
  round.cooldowns.note({uuid_of("a"), kNow, std::chrono::minutes(5)}, round.limits);
  const WhyNot answer = ask(round, "a", "h2");
  EXPECT_FALSE(answer.possible());
  EXPECT_THAT(kinds_in(answer.domain), ElementsAre("in_cooldown"));
  EXPECT_THAT(kinds_in(answer.target), ElementsAre("held", "target_cannot", "no_memory", "no_cpu"));
  EXPECT_THAT(kinds_in(answer.now), ElementsAre("mode"));
  EXPECT_EQ(answer.domain[0].cure, "a wait of 5 min");
  EXPECT_EQ(answer.target[0].cure, "hotspotctl node undrain h2");
  // 2 GiB are available, 2112 MiB would be taken, 819 MiB are to be left.
  EXPECT_EQ(answer.target[2].cure, "883 MiB more available on h2");
  // 0.4 × 4 + 2 of 4 CPUs, the ceiling is 3.2.
  EXPECT_EQ(answer.target[3].cure, "0.4 CPUs less in use on h2; or margins.node_cpu_ceiling of at least 90 %");
}

TEST(WhyNot, WhatIsSaidToMakeItPossibleMakesItPossible) {
  Round round({source(), node("h2").cpus(4).cpu(0.4).memory(8 * kGibibyte, 2600 * kMebibyte)});
  EXPECT_THAT(kinds_in(ask(round, "a", "h2").target), ElementsAre("no_memory", "no_cpu"));
  EXPECT_THAT(ask(round, "a", "h2").target[0].cure, HasSubstr("margins.node_memory of at most 5 %"));
  round.margins = {.node_cpu_ceiling_ratio = 0.90, .node_memory_margin_ratio = 0.05};
  EXPECT_TRUE(ask(round, "a", "h2").possible());
  round.margins = {.node_cpu_ceiling_ratio = 0.89, .node_memory_margin_ratio = 0.06};
  EXPECT_THAT(kinds_in(ask(round, "a", "h2").target), ElementsAre("no_memory", "no_cpu"));
}

TEST(WhyNot, TellsWhatEachRuleThatAsksHasAgainstIt) {
  Round round({source(), node("h2").cpus(4).cpu(0.2)});
  round.node_fires("h1", {rules::Migrate{}});
  const WhyNot answer = ask(round, "a", "h2");
  ASSERT_EQ(answer.rules.size(), 1u);
  EXPECT_EQ(answer.rules[0].rule, "NodeCpuHot");
  EXPECT_THAT(kinds_in(answer.rules[0].hindrances), ElementsAre("no_cpu"));
  EXPECT_THAT(answer.rules[0].hindrances[0].refusal.message, HasSubstr("no better than h1 is now"));
  EXPECT_FALSE(answer.possible());
}

TEST(WhyNot, NamesARuleThatHasLostItsRightToActAndWhatGivesItBack) {
  Round round({source(), node("h2").cpus(4).cpu(0.01)});
  round.node_fires("h1", {rules::Migrate{}});
  Trust trust;
  PlanInput input = round.input();
  input.trust = &trust;
  const auto asked = [&] {
    return why_not(input, round.cluster.find_domain(uuid_of("a")), *round.cluster.find_node(uuid_of("h2")));
  };
  ASSERT_TRUE(asked().possible());
  trust.lose("NodeCpuHot", kNow, "it relieved nothing");
  const WhyNot answer = asked();
  EXPECT_FALSE(answer.possible());
  ASSERT_EQ(answer.rules.size(), 1u);
  ASSERT_THAT(kinds_in(answer.rules[0].hindrances), ElementsAre("mode"));
  EXPECT_EQ(answer.rules[0].hindrances[0].refusal.message,
            "NodeCpuHot has lost its right to act: it relieved nothing (hotspotctl rule trust NodeCpuHot gives it "
            "back)");
}

TEST(WhyNot, EveryGroupThatIsInTheWayIsNamed) {
  telemetry::Policy apart, db, web;
  apart.anti_affinity = {"db", "web"};
  db.group = "db";
  web.group = "web";
  Round round({node("h1").with(domain("a").policy(apart)),
               node("h2").with(domain("b").policy(db)).with(domain("c").policy(web))});
  EXPECT_THAT(kinds_in(ask(round, "a", "h2").target), ElementsAre("affinity", "affinity"));
}

// Whatever a decision says of a domain and a target is among the answers; where it moves one, nothing is in the way.
void agrees_with_planner(unsigned seed, int& refused, int& moved) {
  RandomCluster random(seed);
  Round round(random.nodes());
  random.steer(round);
  round.limits.migrations_per_cluster = 5;
  std::vector<std::string> names;
  for (const auto& [uuid, node] : round.cluster.nodes())
    for (const telemetry::DomainSample& sample : node.snapshot->domains) names.push_back(sample.name);
  for (const std::string& name : names) {
    Round one = round;
    one.domain_fires(name, {rules::Migrate{}});
    for (const Decision& decision : one.plan()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", " + name + "\n" + explain(decision));
      for (const Considered& considered : decision.considered) {
        if (considered.domain != name || considered.refusal.message.find("comes last") != std::string::npos) continue;
        const std::string target =
            considered.target.empty() ? (name.starts_with("h0") ? "h1" : "h0") : considered.target;
        const WhyNot answer = ask(one, name, target);
        std::vector<model::Refusal> said = refusals_in(considered.target.empty() ? answer.domain : answer.target);
        for (const auto& more :
             {refusals_in(answer.now),
              answer.rules.empty() ? std::vector<model::Refusal>() : refusals_in(answer.rules[0].hindrances)})
          said.insert(said.end(), more.begin(), more.end());
        EXPECT_THAT(said, Contains(considered.refusal));
        EXPECT_FALSE(answer.possible());
        ++refused;
      }
      if (!decision.action || decision.action->domain_name != name) continue;
      const WhyNot answer = ask(one, name, std::get<model::MigrateTo>(decision.action->step).target_name);
      EXPECT_THAT(answer.domain, IsEmpty());
      EXPECT_THAT(answer.target, IsEmpty());
      EXPECT_EQ(answer.possible(), decision.outcome == Outcome::kAct);
      ++moved;
    }
  }
}

TEST(WhyNot, SaysWhatThePlannerSaysOnRandomClusters) {
  int refused = 0, moved = 0;
  for (unsigned seed = 0; seed < 150; ++seed) agrees_with_planner(seed, refused, moved);
  EXPECT_GT(refused, 1000);
  EXPECT_GT(moved, 50);
}

}  // namespace

void PrintTo(const Hindrance& one, std::ostream* out) {
  *out << model::to_string(one.refusal.kind) << ", " << one.refusal.message;
}

}  // namespace hotspot::plan
