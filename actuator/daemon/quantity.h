// Quantities as operators write them in hotspotd.yaml: "30s", "90%", "500MiB/s". Each error is a sentence.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::daemon {

Result<bool> parse_switch(const std::string& text);            // true, false
Result<Milliseconds> parse_duration(const std::string& text);  // 300ms, 30s, 1m30s, 2h, 1d
Result<double> parse_ratio(const std::string& text);           // 80%, 0.8
Result<std::int64_t> parse_bytes(const std::string& text);     // 128MiB
Result<int> parse_count(const std::string& text, int least, int most);
Result<std::int64_t> parse_bytes_per_second(const std::string& text);  // 100MiB/s

}  // namespace hotspot::daemon
