// Where a picture is written to.
#pragma once

#include <string>

#include "telemetry/result.h"

namespace hotspot::ctl {

// As a whole or not at all: a picture that is there stays until the new one is, and a symbolic link is replaced, never
// written through. What is in /dev (standard output as /dev/stdout) is written into. Other devices and pipes are an
// error, as is all that the system refuses.
Result<void> write_picture(const std::string& bytes, const std::string& path);

}  // namespace hotspot::ctl
