// Sends snapshots on: the port between the collector and Redis.
//
// Thread rule: any thread. publish() never blocks.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/units.h"

namespace hotspot::collector {

struct PublisherCounts {
  std::uint64_t published = 0;
  std::uint64_t dropped = 0;  // the oldest gave way while Redis was away
  std::uint64_t reconnects = 0;
};

class Publisher {
 public:
  virtual ~Publisher() = default;
  virtual void publish(std::string snapshot, WallTime taken_at) = 0;
  virtual PublisherCounts counts() const = 0;
};

}  // namespace hotspot::collector
