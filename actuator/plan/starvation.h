// Sees in what a guest tells that it ran out of memory between two readings.
//
// PURE. libvirt tells of no out-of-memory kill (virDomainMemoryStatTags has none), and a peak ends with the kill. What
// is left of it: memory that is suddenly free right after the guest was full, swapped in or read its own programs back
// from disk; and page faults, which are counted, so that no peak is too short for them. What happened in the same
// measure before is no sign.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::plan {

class StarvationWatch {
 public:
  // Takes a reading in. A sentence: since the one before, the guest ran out of memory.
  std::optional<std::string> look(const telemetry::DomainSample& sample, WallTime at);

 private:
  struct Reading {
    WallTime at{};
    std::int64_t available_bytes = 0, used_bytes = 0, usable_bytes = 0;
    double faults_per_second = 0;
    bool pressed = false;  // it was full, or read back what it had given up
  };
  std::optional<Reading> last_;
  double usual_major_faults_ = 0;   // per second: the highest of late, which fades
  int readings_since_overrun_ = 0;  // since it touched more memory between two readings than it had left
};

}  // namespace hotspot::plan
