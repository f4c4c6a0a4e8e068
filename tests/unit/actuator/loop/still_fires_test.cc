// What an action is for may be over before it begins.
#include "actuator/loop/still_fires.h"

#include <gtest/gtest.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::cluster_of;
using hotspot::testing::domain;
using hotspot::testing::node;
using hotspot::testing::uuid_of;

class StillFiresTest : public ::testing::Test {
 protected:
  StillFiresTest() {
    rule_.name = "NodeHot";
    action_.rule = "NodeHot";
    action_.domain_uuid = uuid_of("a");
    action_.node_uuid = uuid_of("h1");
    action_.step = model::MigrateTo{uuid_of("h2"), "h2", ""};
  }
  void fires(rules::SubjectKind kind, const std::string& node_name, const std::string& domain_name) {
    rules::Firing firing;
    firing.rule = &rule_;
    firing.subject = {kind, uuid_of(node_name), domain_name.empty() ? "" : uuid_of(domain_name), {}};
    firing.phase = rules::Phase::kFiring;
    firings_.push_back(firing);
  }
  std::string why() const { return why_over(action_, firings_, cluster_).value_or(""); }

  rules::Rule rule_;
  model::Action action_;
  std::vector<rules::Firing> firings_;
  model::Cluster cluster_ = cluster_of({node("h1").with(domain("a")), node("h2")});
};

TEST_F(StillFiresTest, AnActionHoldsWhileItsRuleFiresForItsSubject) {
  fires(rules::SubjectKind::kNode, "h1", "");
  EXPECT_EQ(why(), "");
  firings_.clear();
  fires(rules::SubjectKind::kDomain, "h1", "a");
  EXPECT_EQ(why(), "");
  firings_.clear();
  fires(rules::SubjectKind::kCluster, "", "");
  EXPECT_EQ(why(), "");
}

TEST_F(StillFiresTest, AnActionIsOverOnceItsRuleFiresForOthersOnly) {
  fires(rules::SubjectKind::kNode, "h2", "");
  fires(rules::SubjectKind::kDomain, "h1", "b");
  EXPECT_EQ(why(), "NodeHot does not fire any more: what it asked for is over, nothing was begun");
}

TEST_F(StillFiresTest, AnActionIsOverOnceItsDataAreStale) {
  fires(rules::SubjectKind::kNode, "h1", "");
  firings_.front().fresh = false;
  EXPECT_EQ(why(), "NodeHot cannot be judged any more, its data are stale: nothing was begun");
}

TEST_F(StillFiresTest, ARollBackAndAnOperatorsDrainAreNeverOver) {
  cluster_.set_draining({uuid_of("h1")});
  EXPECT_EQ(why(), "");
  cluster_.set_draining({});
  EXPECT_NE(why(), "");
  action_.undoes = "x";
  EXPECT_EQ(why(), "");
}

TEST_F(StillFiresTest, ADomainThatFollowsItsGroupGoesAlthoughTheHotspotIsOver) {
  telemetry::Policy of_group, needs_group;
  of_group.group = "db";
  needs_group.affinity = {"db"};
  cluster_ =
      cluster_of({node("h1").with(domain("a").policy(needs_group)), node("h2").with(domain("db").policy(of_group))});
  EXPECT_EQ(why(), "");
  cluster_ =
      cluster_of({node("h1").with(domain("a").policy(needs_group)).with(domain("db").policy(of_group)), node("h2")});
  EXPECT_NE(why(), "") << "its group is where it is";
}

TEST_F(StillFiresTest, OfAGroupThatStaysTogetherEachGoesWhileOneIsAloneOnTheTarget) {
  telemetry::Policy together;
  together.group = "db";
  together.affinity = {"db"};
  const auto of_group = [&](const std::string& name) { return domain(name).policy(together); };
  cluster_ = cluster_of({node("h1").with(of_group("a")).with(of_group("b")), node("h2").with(of_group("c"))});
  EXPECT_EQ(why(), "") << "b is still beside it, and c is without its group";
  cluster_ = cluster_of(
      {node("h1").with(of_group("a")).with(of_group("b")), node("h2").with(of_group("c")).with(of_group("d"))});
  EXPECT_NE(why(), "") << "each has one of its group";
}

}  // namespace
}  // namespace hotspot::loop
