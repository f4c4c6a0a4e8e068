// Empties a node: `drain`, because an operator asked for it, and `consolidate`, because it is hardly used.
//
// PURE. Private to the planner. Each round plans anew where all remaining domains would go, on a projection that
// includes what is under way. Only then the next domain moves, one at a time. The domains with the highest CPU use are
// placed first. Drain spreads: it chooses the node with the lowest CPU ratio after the move. Consolidate packs, like
// the modified best fit decreasing of Beloglazov and Buyya (Concurrency and Computation 24(13), 2012): it chooses the
// fullest node that stays a fifth below the ceiling, never an empty one. If all nodes draw the same power for a busy
// CPU, that is the node whose power rises least. Nodes are not switched off.
#pragma once

#include <optional>
#include <vector>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

std::optional<model::Action> try_drain(Planning& planning, const rules::Firing& firing, const rules::Drain& remedy,
                                       Decision& decision);
std::optional<model::Action> try_consolidate(Planning& planning, const rules::Firing& firing, Decision& decision);

struct EvacuatedDomain {
  const model::DomainSample* domain = nullptr;
  const model::Node* target = nullptr;
  double seconds = 0;  // predicted, for the migration
};
struct EvacuationRefusal {
  const model::DomainSample* domain = nullptr;
  model::Refusal refusal;  // one of several: a target each, or the domain's own
};
struct Evacuated {
  std::vector<EvacuatedDomain> moves;  // in their order
  std::vector<EvacuationRefusal> refusals;
};
// Where all that runs on the node would go if it were drained now, at once. From then on `planning` has it there.
Evacuated evacuate(Planning& planning, const rules::Rule& rule, const model::Node& source);

}  // namespace hotspot::plan
