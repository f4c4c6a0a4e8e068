// Sends snapshots: the port between the collector and Redis.
//
// Thread rule: any thread. publish() never blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/units.h"

namespace hotspot::collector {

// Counted since the start, except for `waiting` and `hotspots`.
struct PublisherCounts {
  std::uint64_t published = 0;        // snapshots that Redis accepted
  std::uint64_t published_bytes = 0;  // and their total size
  std::uint64_t dropped = 0;          // the oldest, while Redis was unreachable, slow, or refused them
  std::uint64_t reconnects = 0;       // connections after the first
  std::uint64_t waiting = 0;          // snapshots that Redis has not accepted yet
  // How many subjects of this node fire now, as the leader published it; empty: no leader, or no permission to read it.
  std::optional<std::uint64_t> hotspots;
};

// A snapshot to be sent, and what its signature covers.
struct Outgoing {
  std::string snapshot;  // JSON; exactly these bytes are signed
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
