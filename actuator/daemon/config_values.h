// Values in hotspotd.yaml: the quantities of common/text, within the limits of a configuration. Errors are sentences.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::daemon {

Result<bool> parse_switch(const std::string& text);            // true, false
Result<Milliseconds> parse_duration(const std::string& text);  // 300ms, 1.5h, 1m30s
Result<double> parse_ratio(const std::string& text);           // 80%, 0.8
Result<int> parse_count(const std::string& text, int least, int most);
// Both from 1 byte to 1e15.
Result<std::int64_t> parse_bytes(const std::string& text);             // 128MiB
Result<std::int64_t> parse_bytes_per_second(const std::string& text);  // 100MiB/s

}  // namespace hotspot::daemon
