// Decides, for a domain that runs where it was and has no job, whether its target may have started to run it as well.
//
// PURE. libvirt's target starts the guest in the last step but one (Finish), and the source releases it in the last
// (Confirm). If the answer of Finish is lost, libvirt resumes the guest on the source without knowing what the target
// did (qemu_migration.c). The reason of the state then is "returned from migration". A guest that was never stopped has
// not been copied completely, and cannot run elsewhere.
#pragma once

#include "actuator/ports/hypervisor.h"

namespace hotspot::ports {

enum class Stay {
  kNotKnown,        // the target has it too, or cannot be asked
  kStayed,          // it runs only here; whether the target has remains of it is not known
  kStayedNotThere,  // ... and the target has confirmed that it has nothing of it
};
Stay stay_of(const DomainFacts& source, const Result<DomainFacts, CallError>& target);

}  // namespace hotspot::ports
