// What would be if a node came, if one went, or if there were more machines: does it still fit, and what would move.
//
// PURE. The answer is the planner's: a node that goes is emptied as an operator's drain empties it, a machine that
// comes goes where find_fit() puts it, each on what those before it left. What rules would move is the first round of
// theirs, for what fires now, without those moves and machines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "actuator/plan/fit.h"

namespace hotspot::plan {

// A node as this one, without domains: what its own system uses is what the other's uses. `number` tells several apart.
telemetry::NodeSnapshot node_like(const model::Node& like, int number);

struct WhatIfQuestion {
  std::vector<std::string> less;  // host UUIDs of nodes that go, in this order; each is drained in the cluster
  MachineSize size;
  int machines = 0;  // of that size, that come
};

struct WhatIfMove {
  std::string domain, domain_uuid, from, to;
  std::string rule;    // that asks for it; empty: its node goes
  double seconds = 0;  // predicted, for the migration
};

// A domain that could not leave the node that goes, or the first machine for which there is no room.
struct WhatIfStuck {
  std::string domain, node;             // empty: a machine
  std::vector<model::Refusal> reasons;  // at least one; of a machine, those of all nodes
};

struct WhatIfNode {
  std::string node, node_uuid;
  Room before, after;
};

struct WhatIfAnswer {
  std::vector<WhatIfMove> moves;     // off nodes that go, in their order
  std::vector<WhatIfMove> by_rules;  // of the first round
  std::vector<WhatIfStuck> stuck;
  std::vector<std::string> staying;   // domains on nodes that go which do not run, and so do not move
  std::vector<std::string> machines;  // the node of each, in their order
  int machines_without_room = 0;
  std::vector<WhatIfNode> nodes;  // those that moves and machines change, by name

  bool fits() const { return stuck.empty() && machines_without_room == 0; }
};

// `input` has the cluster as it would be: with what comes, and with what goes still in it.
WhatIfAnswer what_if(const PlanInput& input, const WhatIfQuestion& question);

}  // namespace hotspot::plan
