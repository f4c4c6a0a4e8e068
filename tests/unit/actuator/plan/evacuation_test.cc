// Emptying nodes: drain and consolidate.
#include "actuator/plan/evacuation.h"

#include <gmock/gmock.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using testing::DomainBuilder;

DomainBuilder busy(const std::string& name, double cores) { return domain(name).vcpus(2, 4).cpu(cores / 2); }

TEST(Drain, MovesTheLargestDomainFirstToTheNodeThatIsLeastBusyAfterwards) {
  Round round({node("h1").with(busy("small", 0.2)).with(busy("large", 1)), node("h2").cpu(0.5), node("h3").cpu(0.2)});
  round.node_fires("h1", {rules::Drain{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_EQ(decision.action->domain_name, "large");
}

TEST(Drain, MovesOneAtATimeAndPlansTheRestAnew) {
  Round round({node("h1").with(busy("a", 1)).with(busy("b", 0.5)), node("h2"), node("h3")});
  round.limits.migrations_per_cluster = 10;
  round.limits.migrations_out_per_node = 10;
  round.node_fires("h1", {rules::Drain{}});
  Decision first = round.only();
  ASSERT_TRUE(first.action);
  round.in_flight.push_back({*first.action, model::ActionState::kStarted});
  EXPECT_TRUE(round.plan().empty()) << shown(round.plan());
  // The move has ended: the next one goes, not the same.
  Round later({node("h1").with(busy("b", 0.5)), node("h2").cpu(0.3).with(busy("a", 1)), node("h3")});
  later.node_fires("h1", {rules::Drain{}});
  const Decision second = later.only();
  EXPECT_EQ(second.action->domain_name, "b");
  EXPECT_EQ(step_of(second), "migrate to h3");
}

TEST(Drain, MovesNothingWhereNotAllCanGoAndNamesWhoCannotAndWhy) {
  Round round({node("h1").with(busy("a", 1)).with(busy("pinned", 0.5).obstacle("it has a host device")), node("h2")});
  round.node_fires("h1", {rules::Drain{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing");
  EXPECT_THAT(decision.sentence,
              HasSubstr("not all domains of h1 can go: pinned; with 'partial: true' the others would"));
  EXPECT_THAT(refusals_of(decision), Contains(HasSubstr("pinned to h2: not_migratable")));
}

TEST(Drain, MovesWhatCanGoIfThatIsAskedFor) {
  Round round({node("h1").with(busy("a", 1)).with(busy("pinned", 0.5).obstacle("it has a host device")), node("h2")});
  round.node_fires("h1", {rules::Drain{.partial = true}});
  EXPECT_EQ(round.only().action->domain_name, "a");
}

// Each alone would fit, both do not.
TEST(Drain, PlacesAllBeforeTheFirstMoves) {
  Round round({node("h1").with(busy("a", 1.5)).with(busy("b", 1.4)), node("h2").cpu(0.2)});
  round.node_fires("h1", {rules::Drain{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing") << explain(decision);
  EXPECT_THAT(decision.sentence, HasSubstr("not all domains of h1 can go: b"));
}

TEST(Drain, CountsWhatIsUnderWayAndSkipsWhoRests) {
  Round round({node("h1").with(busy("a", 1)).with(busy("b", 0.5)), node("h2"), node("h3")});
  round.cooldowns.note({uuid_of("a"), kNow, std::chrono::minutes(5)}, round.limits);
  round.node_fires("h1", {rules::Drain{}});
  EXPECT_EQ(round.only().action->domain_name, "b");
}

TEST(Drain, LeavesADomainWhosePolicyForbidsIt) {
  telemetry::Policy observe;
  observe.mode = "observe";
  Round round({node("h1").with(busy("a", 1).policy(observe)), node("h2")});
  round.node_fires("h1", {rules::Drain{}});
  EXPECT_THAT(round.only().sentence, HasSubstr("not all domains of h1 can go: a"));
}

TEST(Drain, KeepsGroupsApartOnTheNodesThatTheyGoTo) {
  telemetry::Policy apart;
  apart.group = "db";
  apart.anti_affinity = {"db"};
  Round round({node("h1").with(busy("a", 1).policy(apart)).with(busy("b", 0.5).policy(apart)), node("h2")});
  round.node_fires("h1", {rules::Drain{}});
  EXPECT_EQ(step_of(round.only()), "nothing") << "there is one node for two that do not go together";
}

// What the last migration taught counts for the length; the act samples the dirty rate once more.
TEST(Drain, BeginsNoMoveInAWindowThatMayNeverEnd) {
  Round round({node("h1").with(busy("a", 1)), node("h2")});
  MigrationBook book;
  ASSERT_TRUE(book.restore("guest " + uuid_of("a") + " 1e12 0 0 " + std::to_string(to_unix_ms(kNow)) + "\n"));
  round.migrations = &book;
  round.migration.auto_converge = false;
  Windows windows;
  windows.allow.emplace_back().to_minute = 20 * 60;
  round.restraints.windows = &windows;
  round.node_fires("h1", {rules::Drain{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing") << explain(decision);
  EXPECT_THAT(refusals_of(decision),
              Contains(HasSubstr("it would take 30 d, but the window for migrations closes 20:00 UTC")));
}

TEST(DrainRequested, KeepsEverythingElseAwayFromTheNode) {
  Round round({node("h1").cpu(0.9).with(busy("a", 2)), node("h2").cpu(0.05), node("h3").cpu(0.3)});
  round.cluster.set_draining({uuid_of("h2")});
  round.node_fires("h1", {rules::Migrate{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_THAT(refusals_of(decision), Contains("a to h2: held, h2 is to be drained"));
}

TEST(DrainRequested, HoldsForTheSnapshotsThatFollow) {
  model::Cluster cluster;
  cluster.set_draining({uuid_of("h1")});
  cluster.apply(node("h1"), kNow);
  EXPECT_TRUE(cluster.find_node(uuid_of("h1"))->drain_requested);
  cluster.apply(node("h1").at(kNow + Milliseconds(1000), 2), kNow + Milliseconds(1000));
  EXPECT_TRUE(cluster.find_node(uuid_of("h1"))->drain_requested);
  cluster.set_draining({});
  EXPECT_FALSE(cluster.find_node(uuid_of("h1"))->drain_requested);
}

TEST(Consolidate, PacksOntoTheFullestNodeThatStaysCoolAndNeverOntoAnEmptyOne) {
  Round round({node("h1").cpu(0.1).with(busy("a", 0.4)), node("h2").cpu(0.2).with(busy("b", 0.8)),
               node("h3").cpu(0.5).with(busy("c", 2)), node("h4").cpu(0.6).with(busy("d", 2.4)), node("empty").cpu(0)});
  round.node_fires("h1", {rules::Consolidate{}});
  const Decision decision = round.only();
  // h4 would be at 70 %, a fifth below the ceiling of 80 % is 64 %.
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
}

TEST(Consolidate, MovesNothingUnlessAllFit) {
  Round round({node("h1").cpu(0.15).with(busy("a", 0.3)).with(busy("b", 0.3).memory(6 * kGibibyte, 6 * kGibibyte)),
               node("h2").cpu(0.3).memory(8 * kGibibyte, 4 * kGibibyte).with(busy("c", 1))});
  round.node_fires("h1", {rules::Consolidate{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "nothing") << explain(decision);
  EXPECT_THAT(decision.sentence,
              HasSubstr("not all domains of h1 fit elsewhere: b; a node is emptied wholly or not at all"));
  EXPECT_THAT(refusals_of(decision), Contains(HasSubstr("b to h2: no_memory")));
}

TEST(Consolidate, EmptiesOneNodeAtATimeTheQuickestFirst) {
  Round round({node("h1").cpu(0.1).with(busy("a", 0.4).memory(2 * kGibibyte, 2 * kGibibyte)),
               node("h2").cpu(0.1).with(busy("b", 0.4).memory(kGibibyte, kGibibyte)),
               node("h3").cpu(0.3).with(busy("c", 1.2))});
  round.limits.migrations_per_cluster = 10;
  round.node_fires("h1", {rules::Consolidate{}});
  round.node_fires("h2", {rules::Consolidate{}});
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(step_of(decisions[0]), "nothing");
  EXPECT_THAT(decisions[0].sentence, HasSubstr("h2 is emptied first"));
  EXPECT_EQ(step_of(decisions[1]), "migrate to h3");
}

// What is known of the nodes that fire is found out anew once something was decided.
TEST(Consolidate, KnowsWhatItHasJustPlannedWhenTheNextIsDecided) {
  Round round({node("h1").cpu(0.1).with(busy("a", 0.4).memory(2 * kGibibyte, 2 * kGibibyte)),
               node("h2").cpu(0.1).with(busy("b", 0.4).memory(kGibibyte, kGibibyte)),
               node("h3").cpu(0.3).with(busy("c", 1.2))});
  round.limits.migrations_per_cluster = 10;
  round.node_fires("h2", {rules::Consolidate{}});
  round.node_fires("h1", {rules::Consolidate{}});
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(step_of(decisions[0]), "migrate to h3") << explain(decisions[0]);
  EXPECT_THAT(explain(decisions[1]), ::testing::Not(HasSubstr("h2 is emptied first"))) << "its domain is on its way";
  EXPECT_THAT(refusals_of(decisions[1]), Contains(HasSubstr("a migration to h3 is under way already")));
}

TEST(Consolidate, DoesNotBringBackWhatItMoved) {
  // After the move h1 is empty: it is no target, and there is nothing on it to move.
  Round round({node("h1").cpu(0.01), node("h2").cpu(0.15).with(busy("a", 0.3)).with(busy("b", 0.3))});
  round.node_fires("h1", {rules::Consolidate{}});
  round.node_fires("h2", {rules::Consolidate{}});
  const auto decisions = round.plan();
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_THAT(decisions[0].sentence, HasSubstr("h1 is empty already"));
  EXPECT_EQ(step_of(decisions[1]), "nothing") << explain(decisions[1]);
  EXPECT_THAT(refusals_of(decisions[1]), Contains(HasSubstr("h1 is empty: nothing would be gained")));
}

TEST(Consolidate, OnlyRecommendsWhereTheModeSaysSo) {
  Round round({node("h1").cpu(0.1).with(busy("a", 0.4)), node("h2").cpu(0.3).with(busy("b", 1.2))});
  rules::Rule rule = rule_of("NodeUnderused", {rules::Consolidate{}});
  rule.mode = Mode::kRecommend;
  round.node_fires("h1", rule);
  EXPECT_EQ(round.only().outcome, Outcome::kRecommend);
}

}  // namespace
}  // namespace hotspot::plan
