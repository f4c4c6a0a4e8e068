// The configuration in a stored input, read again. For read_input.cc alone. PURE.
#pragma once

#include <cstddef>
#include <string>

#include "actuator/plan/planner.h"
#include "telemetry/result.h"

namespace hotspot::loop {

struct InputConfiguration {
  plan::Limits limits;
  model::Margins margins;
  model::Freshness freshness;
  plan::MigrationSettings migration;
  plan::ShrinkPace shrink_pace;
  plan::Windows windows;
  model::TimeZone zone;
  Milliseconds memory_observed{0};
  std::size_t rule_operations = 0;
};
// An error: the text is no configuration, or has figures that no configuration has.
Result<InputConfiguration> configuration_from_text(const std::string& text);

}  // namespace hotspot::loop
