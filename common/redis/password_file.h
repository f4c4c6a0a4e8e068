// Reads a password from the first line of a file.
//
// Refused with a sentence: anything but a regular file (a directory, a pipe, /dev/zero), a file that everybody on the
// machine can read or write, a first line that is empty or too long. A file that a group can read is accepted: that is
// how a daemon and its operators share one password. Nothing here waits. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/result.h"

namespace hotspot::redis {

inline constexpr std::size_t kMostPasswordBytes = 1024;

Result<std::string> read_password(const std::string& path);

}  // namespace hotspot::redis
