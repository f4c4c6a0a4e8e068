// CPU caps and shares through virDomainSetSchedulerParametersFlags. For the *.cc of this folder only.
//
// QEMU: vcpu_quota ÷ vcpu_period is what each vCPU may use of a CPU, cpu_shares the weight (libvirt, "CPU Tuning").
// Xen's credit scheduler: cap is per cent of a CPU for the whole domain, and the default weight is 256.
#pragma once

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// Both return whether libvirt shows the step, a cap or shares, afterwards, or now.
Result<bool, ports::CallError> tune_domain(const LibvirtDomain& domain, const model::Step& step);
Result<bool, ports::CallError> domain_is_tuned(const LibvirtDomain& domain, const model::Step& step);

}  // namespace hotspot::io
