// How full a node is. Both programs use it: the plugin for the values that it stores, hotspotd for rules.
//
// PURE. Ratios are 0 to 1; empty: not measured. Source of volume: Wood et al., "Black-box and Gray-box Strategies for
// Virtual Machine Migration" (Sandpiper), NSDI 2007.
#pragma once

#include <initializer_list>
#include <optional>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// 1 − available ÷ memory.
Measured memory_used_ratio(const NodeSample& node);

// The busiest of the links that lead out of the node: its busier direction ÷ its speed. Links are full duplex. A link
// of unknown speed does not count; empty if no speed is known.
Measured net_used_ratio(const NodeSample& node);

// Π 1/(1−u), each u cut off at kVolumeMost. A value that was not measured has the factor 1; empty if none was.
inline constexpr double kVolumeMost = 0.99;
Measured volume(std::initializer_list<Measured> utilizations);

// Over CPU, network and memory.
Measured volume(const NodeSample& node);

}  // namespace hotspot::telemetry
