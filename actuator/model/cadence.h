// How often a node's snapshots come: as it says, and as was seen.
//
// PURE. Freshness is what was seen: a sender that claims a long interval and falls silent is stale by the gaps that
// there were between its snapshots. Until there were enough of them it is believed, up to the operator's limit.
#pragma once

#include <array>
#include <cstddef>

#include "telemetry/units.h"

namespace hotspot::model {

struct Freshness;

struct Cadence {
  static constexpr std::size_t kGaps = 5;  // the newest so many count
  static constexpr std::size_t kEnoughGaps = 3;

  Milliseconds said{0};  // the interval as the snapshot says
  std::array<Milliseconds, kGaps> gaps{};
  std::size_t seen = 0;  // gaps, since this process knows the node

  // Two snapshots that follow each other: how far apart they were taken, and how far apart they came. Those that came
  // together (history, a stalled reader) tell nothing of how often they come.
  void note(Milliseconds taken_apart, Milliseconds received_apart);
  bool is_known() const { return seen >= kEnoughGaps; }
  // The interval that counts: never longer than what the node says.
  Milliseconds interval() const;
  bool operator==(const Cadence&) const = default;
};

// Older than this a node's newest snapshot is stale.
Milliseconds max_age(const Cadence& cadence, const Freshness& freshness);

}  // namespace hotspot::model
