// Infers from a guest's statistics that it ran out of memory between two readings.
//
// PURE. libvirt does not report out-of-memory kills (virDomainMemoryStatTags has none), and the kill ends the peak.
// What remains as evidence: memory that is suddenly free after the guest was full, swapped in or read its own programs
// back from disk; and page faults, which are counted, so that no peak is too short for them. What happened to the same
// extent before is no evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::plan {

class StarvationWatch {
 public:
  // Adds a reading. Returns a sentence if the guest ran out of memory since the previous one.
  std::optional<std::string> look(const telemetry::DomainSample& sample, WallTime at);

 private:
  struct Reading {
    WallTime at{};
    std::int64_t available_bytes = 0, used_bytes = 0, usable_bytes = 0;
    double faults_per_second = 0;
    bool pressed = false;  // it was full, or read back what it had evicted
  };
  std::optional<Reading> last_;
  double usual_major_faults_ = 0;   // per second: the recent maximum, which decays
  int readings_since_overrun_ = 0;  // since it last touched more memory between two readings than was free
};

}  // namespace hotspot::plan
