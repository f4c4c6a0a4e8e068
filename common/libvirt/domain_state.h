// Translates libvirt's domain states (virDomainState) to those of telemetry. Users of this header need no header of
// libvirt.
#pragma once

#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::virt {

telemetry::DomainState domain_state(int state);
// "migrating", "I/O error", … for a state and its reason; empty for reasons that add nothing to the state.
std::string state_reason(int state, int reason);

}  // namespace hotspot::virt
