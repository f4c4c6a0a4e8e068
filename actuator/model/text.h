// Formats quantities for people: "1.5 GiB", "92 %"; durations are in common/text/duration.h.
#pragma once

#include <cstdint>
#include <string>

namespace hotspot::model {

std::string bytes_text(std::int64_t bytes);  // "180 MiB", "1.5 GiB", "-100 MiB"
std::string vcpus_text(int count);           // "1 vCPU", "2 vCPUs"
std::string ratio_text(double ratio);        // "92 %", "0.4 %"

}  // namespace hotspot::model
