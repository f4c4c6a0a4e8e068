// Limits of disks and interfaces through virDomainSetBlockIoTune and virDomainSetInterfaceParameters. For the
// libvirt_*.cc of this folder only.
//
// Disks: QEMU's own throttling, in bytes and operations a second. Interfaces: the node's traffic shaping (tc), in
// KiB/s; not every kind of interface has it (libvirt, "Quality of service"), and libvirt says which has not.
#pragma once

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// Both: does libvirt show the limits afterwards, or now? A step that names no device is about all that the domain has.
Result<bool, ports::CallError> limit_domain(const LibvirtDomain& domain, const model::Step& step);
Result<bool, ports::CallError> domain_is_limited(const LibvirtDomain& domain, const model::Step& step);

}  // namespace hotspot::io
