// The remedy `consolidate` of a rule about the cluster: it chooses the node itself.
#include <gmock/gmock.h>

#include "tests/unit/actuator/plan/balancing_round.h"

namespace hotspot::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

rules::Firing& too_many_nodes(Round& round) {
  rules::Rule rule = rule_of("TooManyNodes", {rules::Consolidate{}});
  rule.expression_text = "cluster_nodes_needed < count(node_domains > 0) - 1";
  return round.fires(std::move(rule), {rules::SubjectKind::kCluster, "", "", {}});
}

TEST(ConsolidateCluster, EmptiesTheNodeThatTakesLeastTimeOntoTheFullest) {
  Round round({node_with("h1", 4), node_with("h2", 1), node_with("h3", 2), node_with("empty", 0)});
  too_many_nodes(round);
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h1");
  EXPECT_EQ(decision.action->domain_name, "h2-0");
  EXPECT_THAT(decision.sentence, HasSubstr("h2 is emptied: 1 domain goes elsewhere, within "));
}

TEST(ConsolidateCluster, OneNodeAtATime) {
  Round round({node_with("h1", 4), node_with("h2", 1), node_with("h3", 2)});
  round.under_way("h3-0", "h3", migrate_to("h1"));
  round.in_flight.front().action.rule = "TooManyNodes";
  too_many_nodes(round);
  EXPECT_THAT(round.plan(), IsEmpty()) << "h3 is being emptied: that h2 waits is no news";
}

TEST(ConsolidateCluster, SaysThatNoNodeCanBeEmptied) {
  Round round({node_with("h1", 9), node_with("h2", 9)});
  too_many_nodes(round);
  EXPECT_THAT(refusals_of(round.only()), Contains(HasSubstr("none can be emptied wholly")));
}

}  // namespace
}  // namespace hotspot::plan
