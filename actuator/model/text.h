// Formats quantities for people: "1.5 GiB", "92 %", "12 s".
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/units.h"

namespace hotspot::model {

std::string bytes_text(std::int64_t bytes);        // "180 MiB", "1.5 GiB", "-100 MiB"
std::string vcpus_text(int count);                 // "1 vCPU", "2 vCPUs"
std::string ratio_text(double ratio);              // "92 %", "0.4 %"
std::string duration_text(Milliseconds duration);  // "850 ms", "12 s", "3 min 5 s", "2 h 10 min", "7 d 3 h"

}  // namespace hotspot::model
