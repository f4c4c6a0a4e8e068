// What a line of the log is worth, and where lines go.
#pragma once

#include <functional>
#include <string>

namespace hotspot::loop {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
using Log = std::function<void(LogLevel, const std::string&)>;

}  // namespace hotspot::loop
