// Memory devices of a domain: virtio-mem and DIMMs. For the *.cc of this folder only.
#pragma once

#include <vector>

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// The live XML's description of the domain; empty if the XML is not available.
struct Definition {
  std::vector<telemetry::MemoryDevice> memory_devices;
  bool emulated = false;  // type 'qemu'
};
Definition definition_of(virDomainPtr domain);

// Sets the size of a virtio-mem device, or plugs a DIMM in. AFFECT_LIVE or AFFECT_CONFIG. 0 on success.
Result<int, ports::CallError> resize_virtio_mem(const LibvirtDomain& domain, const model::SetVirtioMem& step,
                                                unsigned flags);
Result<int, ports::CallError> plug_dimm(const LibvirtDomain& domain, const model::PlugDimm& step, unsigned flags);

}  // namespace hotspot::io
