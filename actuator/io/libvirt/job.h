// The figures of a domain's job. For the *.cc of this folder only.
#pragma once

#include <optional>

#include "actuator/ports/hypervisor.h"
#include "common/libvirt/handles.h"

namespace hotspot::io {

using JobWhen = ports::Hypervisor::JobWhen;

// Empty: there is no such job, it is not a migration, or the domain is not here. Completed figures stay readable for
// other clients.
std::optional<ports::MigrationProgress> job_figures(virDomainPtr domain, JobWhen when);

}  // namespace hotspot::io
