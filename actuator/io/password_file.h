// A password in the first line of a file.
#pragma once

#include <string>

#include "telemetry/result.h"

namespace hotspot::io {

Result<std::string> read_password(const std::string& path);

}  // namespace hotspot::io
