// Applies steps through libvirt, and checks whether they are applied. For the *.cc of this folder only.
#pragma once

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// The port's apply() and is_applied(), for a domain that was found; 0 on success. Neither asks the guest.
Result<int, ports::CallError> apply_step(const LibvirtDomain& domain, const model::Step& step,
                                         ports::Hypervisor::Reach reach);
Result<ports::Applied, ports::CallError> step_is_applied(const LibvirtDomain& domain, const model::Step& step);

bool adds_vcpus(const model::Step& step);
// How many vCPUs the guest uses, from its agent: hangs if the agent does.
Result<int, ports::CallError> guest_vcpus(const LibvirtDomain& domain);

}  // namespace hotspot::io
