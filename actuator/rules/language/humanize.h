// Formats numbers as Prometheus' templates do.
#pragma once

#include <string>

namespace hotspot::rules {

std::string number_text(double value);                // as Go prints a float64: "0.95", "1e+21", "+Inf"
std::string number_text_plain(double value);          // never with an exponent
std::string humanize(double value);                   // "1.234k"
std::string humanize_1024(double value);              // "1.5Gi"
std::string humanize_duration(double seconds);        // "1m 30s"
std::string humanize_percentage(double ratio);        // "92.5%"
std::string humanize_timestamp(double unix_seconds);  // "2026-11-21 10:40:00 +0000 UTC"

}  // namespace hotspot::rules
