// On which file system a path lies, and what room it has. Collector, planner and libvirt's side have to agree on it.
//
// PURE.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

// The folder itself, or anything below it.
bool lies_under(std::string_view path, std::string_view folder);
// The one that is mounted nearest above the path; of two at the same place, the later one hides the other. Null: none
// is known.
const Filesystem* filesystem_of(const std::vector<Filesystem>& filesystems, std::string_view path);

// How much of a file system's free room copies of disks may take: one that is full to the brim stops other guests'
// writes.
std::int64_t room_for_copies(std::int64_t free_bytes);

}  // namespace hotspot::telemetry
