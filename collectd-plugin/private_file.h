// Small files that only this program may write: the node's key, and the counter of the collector's starts.
//
// Reads and writes on disk, and may wait for it: only at the start, never during a read. Thread rule: one thread per
// file. Errors are sentences that begin with the path and end with what would be right.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::collector {

// Permissions that others must not have on a file or its directory.
inline constexpr mode_t kOthersMayNotRead = 077;
inline constexpr mode_t kOthersMayNotWrite = 022;

// The text of a regular file of at most 16 KiB that belongs to this process's user or to root and grants none of the
// permissions in `forbidden`; empty if no such file exists. A symbolic link, FIFO, device or directory is an error, and
// is neither followed nor waited for.
Result<std::optional<std::string>> read_private(const std::string& path, mode_t forbidden);

// Creates the last directory of the path (0700) if it is missing. An existing one must belong to this process's user or
// to root, and others must not be able to write to it: they could replace the file.
Result<void> ensure_private_folder(const std::string& path_of_file);

// Writes a file (0600) atomically: after a crash or a power failure it has either the whole new text or the previous
// one.
enum class Existing { kKept, kReplaced };
// With kKept, returns false if a file of that name existed already, also if another process was faster.
Result<bool> write_private(const std::string& path, std::string_view text, Existing existing);

}  // namespace hotspot::collector
