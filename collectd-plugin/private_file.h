// Small files that only this program may write: the node's key, and the count of the collector's starts.
//
// Reads and writes on disk, and may wait for it: at the start, never in a read. Thread rule: one thread a file. Errors
// are sentences that begin with the path and end with what would be right.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::collector {

// Permissions that others must not have on a file or its folder.
inline constexpr mode_t kOthersMayNotRead = 077;
inline constexpr mode_t kOthersMayNotWrite = 022;

// The text of a regular file of at most 16 KiB that belongs to this process's user, or to root, and grants nothing of
// `forbidden`; nothing where there is no file of that name. A symbolic link, FIFO, device or folder is an error, and is
// neither followed nor waited for.
Result<std::optional<std::string>> read_private(const std::string& path, mode_t forbidden);

// Makes the last folder of the path (0700) where it is missing. One that is there must belong to this process's user,
// or to root, and others must not be able to write to it: they could put a file of theirs in the place of ours.
Result<void> ensure_private_folder(const std::string& path_of_file);

// Writes a file (0600) as a whole: after a crash or a power cut it holds all of the text, or there is the one of
// before.
enum class Existing { kKept, kReplaced };
// With kKept, false: a file of that name was there already, or another process was faster.
Result<bool> write_private(const std::string& path, std::string_view text, Existing existing);

}  // namespace hotspot::collector
