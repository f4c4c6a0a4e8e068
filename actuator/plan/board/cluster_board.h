// The board of a round, made from the planner's input.
//
// PURE. Nodes in order of UUID, on each its domains in the order of its snapshot. Refers to the input's cluster. What
// is under way is counted as planning.h counts it. What the board refuses is what placement.h refuses on the same
// input, apart from what depends on a pair of domain and node and is asked of the pair that is chosen: whether a
// migration would end, and whether the domain left that node a moment ago. With DemandView::kCorrected it also refuses
// where a domain's corrected demand has no room.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "actuator/plan/board/board.h"
#include "actuator/plan/board/demand.h"
#include "actuator/plan/planner.h"

namespace hotspot::plan {

struct ClusterBoard {
  Board board;
  std::vector<const model::Node*> nodes;
  std::vector<model::DomainRef> domains;
  std::vector<DomainDemand> demands;                               // of the domains, with the corrections
  std::unordered_map<std::string_view, NodeIndex> node_index;      // by UUID
  std::unordered_map<std::string_view, DomainIndex> domain_index;  // by UUID
};

ClusterBoard board_of(const PlanInput& input, DemandView view);

class Planning;  // planning.h

// Who plans on a board, for board_to_plan(): what moves for this rule in this mode.
struct PlannedFor {
  const rules::Rule& rule;
  rules::Mode mode;
};
// The board on which moves of the whole cluster are planned. It refuses more, and counts otherwise:
//   - what is under way has arrived;
//   - nodes that are stale or to be drained, and of each resource those that did not report it, have no capacity: they
//     do not count in a score;
//   - nothing leaves or enters a node whose figures are settling, and nothing enters one that a rule relieves;
//   - a node is not filled to 5 points (at most a tenth) below the mark of a rule that would relieve it, nor its
//     network above the ceiling;
//   - a domain whose policy allows less than the mode stays, and none returns to a node that it left within 6 h.
ClusterBoard board_to_plan(const Planning& planning, const PlannedFor& purpose);

}  // namespace hotspot::plan
