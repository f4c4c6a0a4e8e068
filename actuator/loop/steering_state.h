// Holds and rests as JSON, for the hash `state`: fields `holds` and `foreign`. hotspotctl reads them too.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/plan/foreign_rests.h"
#include "actuator/plan/hold.h"
#include "telemetry/result.h"

namespace hotspot::loop {

struct HoldState {
  std::vector<plan::Hold> holds;
  int last_number = 0;
};
std::string to_json(const HoldState& state);
Result<HoldState> holds_from_json(const std::string& text);  // "" is none

struct ForeignState {
  std::map<std::string, plan::ForeignRest> rests;  // by domain UUID
  WallTime judged_until{};
};
std::string to_json(const ForeignState& state);
Result<ForeignState> foreign_from_json(const std::string& text);

}  // namespace hotspot::loop
