// Records how much memory guests needed over hours: the peaks, since when they are known without a gap, when the guest
// booted, and how much a failed shrink showed that it needs.
//
// PURE. Fed with each snapshot. Bounded: 24 maxima per domain, and only domains that were seen within `remember`.
// "Used" is what the guest reports: its memory minus what it could still give out (MemTotal − MemAvailable).
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::model {

// The maximum within one 24th of the remembered time, starting at `from`.
struct MemoryPeak {
  WallTime from{};
  std::int64_t used_bytes = 0;
  bool operator==(const MemoryPeak&) const = default;
};

// The memory that a guest must keep, balloon and plugged memory together, because less was not enough.
struct MemoryFloor {
  std::int64_t bytes = 0;
  WallTime at{};
  std::string why;
  bool operator==(const MemoryFloor&) const = default;
};

struct DomainMemory {
  WallTime known_since{};  // no gap in what it reported since then
  WallTime last_seen{};
  std::optional<WallTime> booted_at;  // the newest start or reboot that was observed
  std::vector<MemoryPeak> peaks;      // oldest first
  std::optional<MemoryFloor> floor;
  bool operator==(const DomainMemory&) const = default;

  // How long the guest has been observed since it booted, and its maximum within the remembered time.
  Milliseconds observed(WallTime now) const;
  std::optional<MemoryPeak> largest() const;
};

class MemoryPeaks {
 public:
  explicit MemoryPeaks(Milliseconds remember) : remember_(std::max(remember, Milliseconds(1000))) {}

  // Adds a node's newest snapshot. A guest booted when its process started, unless it arrived by migration. A reboot
  // within the same process is inferred when the guest starts to report its memory and when its fault counters restart;
  // if the start of the process is unknown, also when its node reports it again after a snapshot without it.
  void observe(const telemetry::NodeSnapshot& snapshot);
  void note_boot(const std::string& domain_uuid, WallTime at);
  // A shrink failed: the guest needs this much. While it is remembered, a floor only rises.
  void raise_floor(const std::string& domain_uuid, MemoryFloor floor);
  // Adds a past peak, from history, and extends the known time. Does not remove a boot.
  void note_past(const std::string& domain_uuid, WallTime at, std::int64_t used_bytes);

  // Null: nothing is known about it.
  const DomainMemory* find(const std::string& domain_uuid) const;
  const std::map<std::string, DomainMemory>& all() const { return domains_; }
  Milliseconds remembers() const { return remember_; }
  // Adds what another leader knew until `then`. What is known here already is kept where it is more.
  void restore(std::map<std::string, DomainMemory> domains, WallTime now);
  // Exactly what another one has, instead of what is known here; to plan with, not to go on with.
  void assume(std::map<std::string, DomainMemory> domains) { domains_ = std::move(domains); }
  // Also corrects what would be in the future because a clock was set back.
  void forget_old(WallTime now);

 private:
  struct Seen {
    std::string node_uuid;
    bool told = false, told_faults = false;
    std::optional<std::int64_t> arrived;  // the start of a process that received the guest from another node
  };
  void observe(const telemetry::DomainSample& sample, const telemetry::NodeSnapshot& snapshot, WallTime before);
  static void note_start(const telemetry::DomainSample& sample, WallTime at, const Seen& seen, DomainMemory& domain);
  void note_peak(DomainMemory& domain, WallTime at, std::int64_t used_bytes);

  Milliseconds remember_;
  std::map<std::string, DomainMemory> domains_;  // by UUID
  std::map<std::string, Seen> seen_;             // by UUID: what this process observed
  std::map<std::string, WallTime> newest_;       // by node UUID: its newest snapshot
};

// Empty: the guest does not report it.
std::optional<std::int64_t> memory_used_bytes(const telemetry::DomainSample& sample);

}  // namespace hotspot::model
