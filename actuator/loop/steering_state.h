// Holds and rests as the planner has them, and as they stand in Redis: fields `holds` and `foreign` of the hash
// `state`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/plan/domain_rests.h"
#include "actuator/plan/hold.h"
#include "actuator/record/hold.h"
#include "actuator/record/rest.h"
#include "telemetry/result.h"

namespace hotspot::loop {

struct HoldState {
  std::vector<plan::Hold> holds;
  int last_number = 0;
};
record::Hold hold_record(const plan::Hold& hold);
std::string to_json(const HoldState& state);
Result<HoldState> holds_from_json(const std::string& text);  // "" is none

struct RestState {
  std::map<std::string, plan::DomainRest> rests;  // by domain UUID
  WallTime judged_until{};
};
record::Rest rest_record(const plan::DomainRest& rest);
std::string to_json(const RestState& state);
Result<RestState> rests_from_json(const std::string& text);

}  // namespace hotspot::loop
