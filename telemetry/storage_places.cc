#include "telemetry/storage_places.h"

namespace hotspot::telemetry {

bool lies_under(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  if (!path.starts_with(folder)) return false;
  return folder == "/" || path.size() == folder.size() || path[folder.size()] == '/';
}

const Filesystem* filesystem_of(const std::vector<Filesystem>& filesystems, std::string_view path) {
  const Filesystem* nearest = nullptr;
  for (const Filesystem& one : filesystems) {
    if (lies_under(path, one.path) && (nearest == nullptr || one.path.size() >= nearest->path.size())) nearest = &one;
  }
  return nearest;
}

std::int64_t room_for_copies(std::int64_t free_bytes) { return free_bytes / 10 * 9; }

}  // namespace hotspot::telemetry
