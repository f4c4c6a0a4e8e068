// Compares what a domain needs with what a node has: huge pages, networks, a machine type, a CPU, a TPM.
//
// PURE. Private to the planner. Based on what the collectors of both nodes reported. A value that one did not report is
// no refusal; libvirt on the target is asked before a migration begins (docs/adr/0009).
#pragma once

#include <optional>
#include <vector>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

// Huge pages of domains that are moving there count as used.
std::optional<model::Refusal> needs_refusal(const Planning& planning, const model::DomainRef& domain,
                                            const model::Node& target,
                                            model::Wording wording = model::Wording::kSentence);

// All that it could say.
std::vector<model::Refusal> needs_refusals(const Planning& planning, const model::DomainRef& domain,
                                           const model::Node& target);

// The same without huge pages, which are amounts: what does not change while domains move.
std::optional<model::Refusal> facts_refusal(const model::DomainRef& domain, const model::Node& target,
                                            model::Wording wording = model::Wording::kSentence);

}  // namespace hotspot::plan
