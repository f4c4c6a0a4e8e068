// Keeps the cluster's streams usable.
//
// Redis gives each entry a higher id than the last one, whatever its clock shows. A single entry with an id from the
// future, which anybody with append permission can add, therefore makes all later ids future ones too: trimming by age
// then keeps everything, and after the highest possible id nothing can be appended at all.
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actuator/ports/journal.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ports {

// A stream whose ids are ahead of the store's clock.
struct StreamTrouble {
  std::string key;                   // "hotspot:{c1}:commands"
  std::string last_id;               // the last id that was generated
  bool mended = false;               // it was restarted; false: an operator has to do it
  std::uint64_t kept = 0, lost = 0;  // entries, if it was restarted
  bool operator==(const StreamTrouble&) const = default;
};

class StreamCare {
 public:
  virtual ~StreamCare() = default;
  // Checks all streams, and repairs those that can be. Protected by the token like every write.
  virtual Result<std::vector<StreamTrouble>, WriteError> tend(std::int64_t token) = 0;
};

}  // namespace hotspot::ports
