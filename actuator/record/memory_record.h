// What is known of the guests' memory, as it stands in the hash `state`: fields `memory:0` to `memory:f`, by domain.
//
// PURE. What was written by another version, or by anybody, is refused with a sentence; nothing of it is used then.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "actuator/model/memory_peaks.h"
#include "telemetry/result.h"

namespace hotspot::record {

inline constexpr const char* kMemoryPrefix = "memory:";

using DomainMemories = std::map<std::string, model::DomainMemory>;  // by domain UUID

// By name of the field. Peaks are rounded up to MiB, so that little changes while little happens; when a domain was
// seen last is told to the minute.
std::map<std::string, std::string> memory_fields(const DomainMemories& domains);
Result<DomainMemories> memory_from_json(std::string_view json);

}  // namespace hotspot::record
