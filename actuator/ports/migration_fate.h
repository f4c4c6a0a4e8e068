// A domain runs where it was, and no job is on it: has it stayed, or may its target have begun to run it as well?
//
// PURE. libvirt's target lets the guest run in the last step but one (Finish), and the source lets it go in the last
// (Confirm). Where the answer of Finish is lost, libvirt resumes the guest at the source without knowing what the
// target did (qemu_migration.c). It says so in the reason of the state: "returned from migration". A guest that was
// never stopped has not been copied whole, and cannot run elsewhere.
#pragma once

#include "actuator/ports/hypervisor.h"

namespace hotspot::ports {

enum class Stay {
  kNotKnown,        // the target has it, too, or cannot be asked
  kStayed,          // it runs here alone; what the target has left of it is not known
  kStayedNotThere,  // ... and the target has said that it has nothing of it
};
Stay stay_of(const DomainFacts& source, const Result<DomainFacts, CallError>& target);

}  // namespace hotspot::ports
