// What a domain needs of a node, against what the node has: huge pages, networks, a machine type, a CPU, a TPM.
//
// PURE. Private to the planner. By what both nodes' collectors told; what one of them did not tell is no refusal, the
// target itself is asked before anything is begun (docs/adr/0009).
#pragma once

#include <optional>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

// Huge pages of domains on their way there count as taken.
std::optional<model::Refusal> needs_refusal(const Planning& planning, const model::DomainRef& domain,
                                            const model::Node& target);

}  // namespace hotspot::plan
