// Which file system a path is on, and how much room that has. Collector, planner and libvirt's adapter must agree on
// it.
//
// PURE.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// Is the path the folder itself, or anything below it?
bool lies_under(std::string_view path, std::string_view folder);
// The file system mounted nearest above the path. Of two mounted at the same place, the later one hides the other.
// Null: none is known.
const Filesystem* filesystem_of(const std::vector<Filesystem>& filesystems, std::string_view path);

// How much of a file system's free space copies of disks may use: a full file system would stop the writes of other
// guests.
std::int64_t room_for_copies(std::int64_t free_bytes);

}  // namespace hotspot::telemetry
