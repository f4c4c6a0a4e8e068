// Limits of disks and interfaces through virDomainSetBlockIoTune and virDomainSetInterfaceParameters. For the *.cc of
// this folder only.
//
// Disks: QEMU's own throttling, in bytes and operations per second. Interfaces: the node's traffic shaping (tc), in
// KiB/s; not every kind of interface supports it (libvirt, "Quality of service"), and libvirt reports those that do
// not.
#pragma once

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// Both return whether libvirt shows the limits afterwards, or now. A step without a device applies to all of the
// domain's.
Result<bool, ports::CallError> limit_domain(const LibvirtDomain& domain, const model::Step& step);
Result<bool, ports::CallError> domain_is_limited(const LibvirtDomain& domain, const model::Step& step);

}  // namespace hotspot::io
