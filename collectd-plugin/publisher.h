// Sends snapshots on: the port between the collector and Redis.
//
// Thread rule: any thread. publish() never blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/units.h"

namespace hotspot::collector {

// Since the start, but for what waits and for hotspots.
struct PublisherCounts {
  std::uint64_t published = 0;        // snapshots that Redis took
  std::uint64_t published_bytes = 0;  // and their bytes
  std::uint64_t dropped = 0;          // the oldest gave way while Redis was away, slow, or refused them
  std::uint64_t reconnects = 0;       // connections after the first
  std::uint64_t waiting = 0;          // snapshots that Redis has not taken yet
  // On what of this node rules fire now, as the leader published it; empty: nobody leads, or it may not be read.
  std::optional<std::uint64_t> hotspots;
};

// A snapshot on its way, and what a signature says of it.
struct Outgoing {
  std::string snapshot;  // JSON; these very bytes are signed
  std::string node;      // libvirt's host UUID, as in the snapshot
  std::uint64_t sequence = 0;
  WallTime taken_at{};
};

class Publisher {
 public:
  virtual ~Publisher() = default;
  virtual void publish(Outgoing snapshot) = 0;
  virtual PublisherCounts counts() const = 0;
};

}  // namespace hotspot::collector
