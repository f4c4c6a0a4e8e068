// How the relief that actions brought is measured. A value.
#pragma once

#include <chrono>

#include "telemetry/units.h"

namespace hotspot::loop {

struct ReliefOptions {
  // After an action, before its relief counts as measured; longer for a rule that reads longer ranges.
  Milliseconds settle{std::chrono::minutes(1)};
  // Share of the resource. Less is not told from noise: an action that was predicted to relieve less is not measured.
  double least_gain = 0.05;
  bool operator==(const ReliefOptions&) const = default;
};

}  // namespace hotspot::loop
