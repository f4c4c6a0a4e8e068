// How this hotspotd itself fares: since when it runs, its rounds, its connection, and what it had no room for.
//
// A value. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "actuator/loop/clock_watch.h"
#include "actuator/ports/snapshot_source.h"
#include "telemetry/histogram.h"
#include "telemetry/units.h"

namespace hotspot::loop {

struct Vitals {
  std::string holder;  // the name of this hotspotd, as the lease and answers have it
  WallTime started_at{};
  ClockWatch clock;
  std::uint64_t rounds = 0;
  telemetry::Histogram round_cpu{telemetry::round_bounds()};          // seconds that the loop's thread computed
  std::size_t dropped_arrivals = 0, dropped_commands = 0;             // for which the inbox had no room
  ports::SourceChange connection{.connected = false, .message = ""};  // of the thread that reads Redis
  bool stopping = false;
};

}  // namespace hotspot::loop
