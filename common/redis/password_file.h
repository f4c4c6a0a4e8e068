// A password in the first line of a file.
//
// Refused with a sentence: what is no regular file (a directory, a pipe, /dev/zero), what everybody on the machine can
// read or write, a first line that is empty or too long. A file that a group can read is fine: that is how one password
// is given to a daemon and its operators. Nothing here waits. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/result.h"

namespace hotspot::redis {

inline constexpr std::size_t kMostPasswordBytes = 1024;

Result<std::string> read_password(const std::string& path);

}  // namespace hotspot::redis
