// The final check: just before an action begins, is everything as the plan assumed?
//
// Queries the hypervisor; nothing of it affects the guest.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/act/shrink_guard.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::act {

struct Skip {
  std::string why;
  std::map<std::string, double> figures;  // of a target that would refuse
};
struct FinalCheck {
  std::optional<Skip> skip;  // empty: go ahead
  bool autostart = false;    // of the domain, as it is now
  bool emulated = false;
};
FinalCheck final_check(ports::Hypervisor& hypervisor, const model::Action& action, const ShrinkOptions& shrink);

ports::NodeAddress source_of(const model::Action& action);
ports::NodeAddress target_of(const model::Action& action);  // of a migration

}  // namespace hotspot::act
