// Writes a picture to a file.
#pragma once

#include <string>

#include "telemetry/result.h"

namespace hotspot::ctl {

// Atomically: an existing picture stays until the new one is complete, and a symbolic link is replaced, never followed.
// Files in /dev (such as /dev/stdout) are written to directly. Other devices and pipes are an error, as is anything
// that the system refuses.
Result<void> write_picture(const std::string& bytes, const std::string& path);

}  // namespace hotspot::ctl
