// Reports on the cluster's store and what arrives through it: streams whose ids are ahead of the clock, and most nodes
// falling silent at once.
//
// Each trouble is reported at its beginning and its end, and counted in between.
// PURE: time is an argument (steady, and wall for what is shown). Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/ports/stream_care.h"
#include "telemetry/units.h"

namespace hotspot::loop {

struct Said {
  bool is_problem = false;
  std::string sentence;
};

// A stream that was found ahead of the clock, since the start.
struct WatchedStream {
  std::string last_id;  // as it was found last
  WallTime last_at{};
  bool mended = false;
  std::uint64_t times = 0, lost = 0;
  bool lasts = false;  // found again at the newest look, and people have to mend it
  bool operator==(const WatchedStream&) const = default;
};

class StreamWatch {
 public:
  // What the newest look found; empty: all is well.
  std::vector<Said> saw(const std::vector<ports::StreamTrouble>& troubles, WallTime now);
  const std::map<std::string, WatchedStream>& streams() const { return streams_; }

 private:
  std::map<std::string, WatchedStream> streams_;  // by key
};

class SilenceWatch {
 public:
  // How many nodes there are, and how many of them are stale.
  std::optional<Said> saw(std::size_t nodes, std::size_t stale, Milliseconds steady);
  bool lasts() const { return since_.has_value(); }

 private:
  std::optional<Milliseconds> since_;
  std::size_t fresh_before_ = 0;  // at most, since the last trouble
};

}  // namespace hotspot::loop
