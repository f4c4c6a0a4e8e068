// Removes impossible values, judged by the unit in their name: a ratio of 1e300, a negative number of bytes or -1 vCPUs
// cannot have been measured, whoever sent it.
//
// PURE. An impossible value is made absent and counted. It is never used, and never replaced by another value.
#pragma once

#include <optional>
#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// A ratio may exceed 1 by this much: CPU time is accounted when a thread stops, not while it runs.
constexpr double kMostRatio = 1.5;

// Replaces the mode of a policy that cannot be read: one with an invalid number, or a text or list that is too long.
// The domain is then left alone.
constexpr const char* kUnreadableMode = "unreadable";

// Removes impossible values; snapshot.implausible says which. Returns what is wrong with the snapshot as a whole if it
// lacks something essential; empty: it may be used.
std::optional<std::string> drop_implausible(NodeSnapshot& snapshot);

}  // namespace hotspot::telemetry
