// Steps as libvirt does them, and as it shows them. For the *.cc of this folder only.
#pragma once

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// The port's apply() and is_applied(), of a domain that was found. 0 when it was done.
Result<int, ports::CallError> apply_step(const LibvirtDomain& domain, const model::Step& step,
                                         ports::Hypervisor::Reach reach);
Result<ports::Applied, ports::CallError> step_is_applied(const LibvirtDomain& domain, const model::Step& step);

}  // namespace hotspot::io
