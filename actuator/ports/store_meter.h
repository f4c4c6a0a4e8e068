// Measures how full the store of a cluster is: a full store accepts no writes, so nothing is begun.
//
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/result.h"

namespace hotspot::ports {

struct StoreMemory {
  std::int64_t used_bytes = 0;
  std::optional<std::int64_t> limit_bytes;  // empty: only the machine's memory limits it
  std::string policy;                       // what happens when it is full: "noeviction", "allkeys-lru"
  bool operator==(const StoreMemory&) const = default;
};

class StoreMeter {
 public:
  virtual ~StoreMeter() = default;
  // Empty: no permission to ask. An error: the query failed.
  virtual Result<std::optional<StoreMemory>> memory() = 0;
};

}  // namespace hotspot::ports
