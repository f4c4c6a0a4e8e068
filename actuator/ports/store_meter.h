// How full the store is in which all of a cluster stands: full, nothing can be written, and nothing is begun.
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
  std::optional<std::int64_t> limit_bytes;  // empty: there is none but the machine's memory
  std::string policy;                       // what becomes of it when it is full: "noeviction", "allkeys-lru"
  bool operator==(const StoreMemory&) const = default;
};

class StoreMeter {
 public:
  virtual ~StoreMeter() = default;
  // Nothing: the store does not let us ask. An error: it could not be asked now.
  virtual Result<std::optional<StoreMemory>> memory() = 0;
};

}  // namespace hotspot::ports
