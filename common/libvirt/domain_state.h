// libvirt's numbers of a domain's state (virDomainState), as telemetry has them. Whoever only translates them needs no
// header of libvirt.
#pragma once

#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::virt {

telemetry::DomainState domain_state(int state);
// "migrating", "I/O error", … of a state with its reason; empty for those that say no more than the state does.
std::string state_reason(int state, int reason);

}  // namespace hotspot::virt
