// Supervises the store of the cluster's data: streams whose ids are ahead of the clock, how full it is, and what others
// wrote into its keys.
//
// Each query has its own interval, however often a round comes. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "actuator/loop/log_level.h"
#include "actuator/loop/status.h"
#include "actuator/loop/store_fill.h"
#include "actuator/loop/stream_watch.h"
#include "actuator/loop/write.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/store_meter.h"
#include "actuator/ports/stream_care.h"
#include "telemetry/result.h"

namespace hotspot::loop {

class StoreWatch {
 public:
  // Null: the streams are not mended; how full the store is, is not queried.
  StoreWatch(ports::StreamCare* streams, ports::StoreMeter* meter, const ports::Clock& clock, Log log)
      : care_(streams), meter_(meter), clock_(clock), log_(std::move(log)) {}

  // Mends streams, as the leader with this token, every few seconds.
  Written tend(std::int64_t token);
  // One short question a minute; a new session of the store (Journal::session()) is asked at once.
  void measure(std::uint64_t session);
  // Of so many nodes, so many are stale: most of them at once is a matter of what they arrive through.
  void saw_nodes(std::size_t nodes, std::size_t stale);
  // What was found in the store and is odd: for the log and the status, which shows the newest few.
  void remark(const std::string& sentence);

  const std::optional<ports::StoreMemory>& memory() const { return fill_.memory(); }
  const std::map<std::string, WatchedStream>& streams() const { return streams_.streams(); }
  const std::vector<StoreRemark>& remarks() const { return remarks_; }

 private:
  ports::StreamCare* care_;
  ports::StoreMeter* meter_;
  const ports::Clock& clock_;
  Log log_;
  StreamWatch streams_;
  SilenceWatch silence_;
  StoreFill fill_;
  Milliseconds next_tending_{0}, next_measure_{0};
  std::uint64_t measured_session_ = 0;
  std::vector<StoreRemark> remarks_;
};

}  // namespace hotspot::loop
