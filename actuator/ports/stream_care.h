// Keeps the cluster's streams fit to be appended to.
//
// Redis gives an entry an id that is later than the last, whatever its clock says. So one entry with an id of the
// future, by whoever may append, makes all later ones of the future too: what is trimmed by age is kept for ever, and
// after the last possible id nothing can be appended at all.
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actuator/ports/journal.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ports {

// A stream whose ids have run ahead of the store's clock, as it was found.
struct StreamTrouble {
  std::string key;                   // "hotspot:{c1}:commands"
  std::string last_id;               // the last that was given out
  bool mended = false;               // it begins anew; false: people have to do it, nothing may be lost of it
  std::uint64_t kept = 0, lost = 0;  // entries, where it was mended
  bool operator==(const StreamTrouble&) const = default;
};

class StreamCare {
 public:
  virtual ~StreamCare() = default;
  // Looks at all streams, and mends those that can be. Guarded by the token like every write.
  virtual Result<std::vector<StreamTrouble>, WriteError> tend(std::int64_t token) = 0;
};

}  // namespace hotspot::ports
