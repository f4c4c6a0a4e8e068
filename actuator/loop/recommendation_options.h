// How long recommendations wait for an operator. A value.
#pragma once

#include <chrono>

#include "telemetry/units.h"

namespace hotspot::loop {

struct RecommendationOptions {
  // Then it can no longer be applied: what its figures say is too old. If it still holds it is recommended anew.
  Milliseconds expire{std::chrono::hours(4)};
  // One that an operator refused does not come again for so long, unless he says otherwise.
  Milliseconds refused{std::chrono::hours(24)};
  bool operator==(const RecommendationOptions&) const = default;
};

}  // namespace hotspot::loop
