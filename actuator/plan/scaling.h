// Names of what a plan expects of a scaling: Action::expected.
//
// PURE.
#pragma once

namespace hotspot::plan {

// The guest's own total before a DIMM is plugged in: it has to rise by what it gets.
constexpr const char* kExpectedGuestMemoryBefore = "guest_memory_before_bytes";

}  // namespace hotspot::plan
