// What a value can be at all, by the unit in its name: a ratio of 1e300, a negative number of bytes or -1 vCPUs was not
// measured, whoever sent it.
//
// PURE. What cannot be is made absent and counted; it is never used, and never replaced by another value.
#pragma once

#include <optional>
#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// A ratio may exceed 1 by so much: times are accounted when a thread stops, not when it ran.
constexpr double kMostRatio = 1.5;

// What stands as the mode of a policy that cannot be read: a number that is none, a text or a list that is too long.
// The domain is left alone then.
constexpr const char* kUnreadableMode = "unreadable";

// Removes what cannot be. Returns what is wrong with the snapshot as a whole, because it lacks something without which
// it means nothing; empty: it may be used. What was removed is in snapshot.implausible.
std::optional<std::string> drop_implausible(NodeSnapshot& snapshot);

}  // namespace hotspot::telemetry
