// What rules about nodes forbid to the remedies of other rules: nothing is added where a rule relieves, nor up to where
// it would begin to.
//
// PURE. Private to the planner. It looks at PlanInput::node_marks, for CPU and for memory.
#pragma once

#include <optional>

#include "actuator/plan/planning.h"

namespace hotspot::plan {

// The lowest threshold above which a rule would relieve the node of CPU (kVcpus) or memory; empty: there is none.
std::optional<double> node_mark(const Planning& planning, const model::Node& node, Resource resource);

// Why nothing may be added to the node: a rule about this resource fires on it.
std::optional<model::Refusal> relieved_refusal(const Planning& planning, const model::Node& node, Resource resource);

// Why the node may not be brought to `after`, the used share of its resource (0 to 1): a rule would then relieve it.
std::optional<model::Refusal> mark_refusal(const Planning& planning, const model::Node& node, Resource resource,
                                           std::optional<double> after);

}  // namespace hotspot::plan
