// What guests needed of their memory over hours: the peaks, since when each is known without a gap, when it booted,
// and what a shrink showed that it cannot do without.
//
// PURE. Fed with each snapshot, bounded: 24 maxima a domain, and only domains that were seen within `remember`. "Used"
// is what the guest itself calls so: its memory less what it could still give out (MemTotal − MemAvailable).
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/snapshot.h"

namespace hotspot::model {

// The most that was used within one 24th of the time that is remembered, which begins at `from`.
struct MemoryPeak {
  WallTime from{};
  std::int64_t used_bytes = 0;
  bool operator==(const MemoryPeak&) const = default;
};

// What a guest must be left, in bytes of its balloon and what is plugged in, since less of it was not enough.
struct MemoryFloor {
  std::int64_t bytes = 0;
  WallTime at{};
  std::string why;
  bool operator==(const MemoryFloor&) const = default;
};

struct DomainMemory {
  WallTime known_since{};  // since then there was no gap in what it told
  WallTime last_seen{};
  std::optional<WallTime> booted_at;  // the newest start or reboot that was seen
  std::vector<MemoryPeak> peaks;      // oldest first
  std::optional<MemoryFloor> floor;
  bool operator==(const DomainMemory&) const = default;

  // How long it has been observed since it booted, and the most that it used within the time that is remembered.
  Milliseconds observed(WallTime now) const;
  std::optional<MemoryPeak> largest() const;
};

class MemoryPeaks {
 public:
  explicit MemoryPeaks(Milliseconds remember) : remember_(std::max(remember, Milliseconds(1000))) {}

  // A node's newest snapshot. A guest booted when its process began, unless it came by migration. A reboot within the
  // same process is inferred: when it begins to tell of its memory, and when its fault counters begin anew; where the
  // process's start is not told, also when its node shows it again after a snapshot without it.
  void observe(const telemetry::NodeSnapshot& snapshot);
  void note_boot(const std::string& domain_uuid, WallTime at);
  // A shrink failed: the guest needs so much. A floor only rises while it is remembered.
  void raise_floor(const std::string& domain_uuid, MemoryFloor floor);
  // From history: a peak of the time before, and since when there are any. It does not undo a boot.
  void note_past(const std::string& domain_uuid, WallTime at, std::int64_t used_bytes);

  // Null: nothing is known of it.
  const DomainMemory* find(const std::string& domain_uuid) const;
  const std::map<std::string, DomainMemory>& all() const { return domains_; }
  Milliseconds remembers() const { return remember_; }
  // What another leader knew, until `then`; what is known already stays where it says more.
  void restore(std::map<std::string, DomainMemory> domains, WallTime now);
  // Also undoes what a clock that was set back would make of it.
  void forget_old(WallTime now);

 private:
  struct Seen {
    std::string node_uuid;
    bool told = false, told_faults = false;
    std::optional<std::int64_t> arrived;  // the start of a process that took the guest over from another node
  };
  void observe(const telemetry::DomainSample& sample, const telemetry::NodeSnapshot& snapshot, WallTime before);
  static void note_start(const telemetry::DomainSample& sample, WallTime at, const Seen& seen, DomainMemory& domain);
  void note_peak(DomainMemory& domain, WallTime at, std::int64_t used_bytes);

  Milliseconds remember_;
  std::map<std::string, DomainMemory> domains_;  // by UUID
  std::map<std::string, Seen> seen_;             // by UUID: by this process
  std::map<std::string, WallTime> newest_;       // by node UUID: its newest snapshot
};

// Empty: it does not tell.
std::optional<std::int64_t> memory_used_bytes(const telemetry::DomainSample& sample);

}  // namespace hotspot::model
