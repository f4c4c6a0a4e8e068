// How full a node is, as both programs say it: the plugin in the values that it stores, hotspotd to rules.
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

// Of the links to the world, the busiest: its busier direction ÷ its speed. Links are full duplex. A link whose speed
// is not known does not count; empty if that is so of all.
Measured net_used_ratio(const NodeSample& node);

// Π 1/(1−u), each u cut off at kVolumeMost. What was not measured has the factor 1; empty if nothing was.
inline constexpr double kVolumeMost = 0.99;
Measured volume(std::initializer_list<Measured> utilizations);

// Over CPU, network and memory.
Measured volume(const NodeSample& node);

}  // namespace hotspot::telemetry
