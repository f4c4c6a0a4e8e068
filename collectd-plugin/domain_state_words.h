// The words for a domain's state and reason in notifications, as in the virt plugin.
//
// PURE. The numbers are libvirt's virDomainState and the reasons of each state (libvirt-domain.h).
#pragma once

#include <string>

namespace hotspot::collector {

enum class Severity { kOkay, kWarning, kFailure };

// "Domain state: paused. Reason: disk I/O error".
std::string state_sentence(int state, int reason);
// Running and shut off are okay, paused is a warning, crashed a failure.
Severity state_severity(int state);

}  // namespace hotspot::collector
