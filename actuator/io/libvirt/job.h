// The figures of a domain's job. For the libvirt_*.cc of this folder only.
#pragma once

#include <optional>

#include "actuator/ports/hypervisor.h"
#include "common/libvirt/handles.h"

namespace hotspot::io {

using JobWhen = ports::Hypervisor::JobWhen;

// Empty: there is no such job, or it is no migration, or the domain is not here. What is completed stays readable for
// others.
std::optional<ports::MigrationProgress> job_figures(virDomainPtr domain, JobWhen when);

}  // namespace hotspot::io
