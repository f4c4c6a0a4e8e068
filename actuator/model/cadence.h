// How often a node's snapshots arrive: as it claims, and as observed.
//
// PURE. Freshness follows the observed gaps between snapshots, so that a sender that claims a long interval and falls
// silent is soon stale. Until enough gaps have been observed, the claim counts, up to the operator's limit.
#pragma once

#include <array>
#include <cstddef>

#include "telemetry/units.h"

namespace hotspot::model {

struct Freshness;

struct Cadence {
  static constexpr std::size_t kGaps = 5;  // how many of the newest gaps count
  static constexpr std::size_t kEnoughGaps = 3;

  Milliseconds said{0};  // the interval that the snapshot claims
  std::array<Milliseconds, kGaps> gaps{};
  std::size_t seen = 0;  // gaps observed since this process has known the node

  // Adds two consecutive snapshots: how far apart they were taken, and how far apart they arrived. Snapshots that
  // arrive together (history, a stalled reader) do not count.
  void note(Milliseconds taken_apart, Milliseconds received_apart);
  bool is_known() const { return seen >= kEnoughGaps; }
  // The interval to use: never longer than the node claims.
  Milliseconds interval() const;
  bool operator==(const Cadence&) const = default;
};

// A node whose newest snapshot is older than this is stale.
Milliseconds max_age(const Cadence& cadence, const Freshness& freshness);

}  // namespace hotspot::model
