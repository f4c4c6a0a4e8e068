// Finds the rules of a set that relieve nodes, and the thresholds above which they do.
//
// PURE.
#pragma once

#include <vector>

#include "actuator/rules/node_mark.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// From rules about nodes that migrate or drain and whose mode is not observe. Which resource they are about is decided
// by their series. `above` comes from a comparison of node_cpu_ratio or node_memory_used_ratio (also as a mean or
// extreme over time) with a number, if the rule compares no other series: otherwise that threshold alone fires nothing.
std::vector<NodeMark> node_marks(const std::shared_ptr<const RuleSet>& rules);

// `above` of one rule; empty: it has none.
std::optional<double> node_cpu_mark_of(const Rule& rule);
std::optional<double> node_memory_mark_of(const Rule& rule);

}  // namespace hotspot::rules
