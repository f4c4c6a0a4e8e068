// Memory devices of a domain: virtio-mem and DIMMs. For the libvirt_*.cc of this folder only.
#pragma once

#include <vector>

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// What the domain's XML tells of it as it runs; nothing where the XML is not told.
struct Definition {
  std::vector<telemetry::MemoryDevice> memory_devices;
  bool emulated = false;  // type 'qemu'
};
Definition definition_of(virDomainPtr domain);

// Sets what a virtio-mem device is to hold, or plugs a DIMM in. AFFECT_LIVE or AFFECT_CONFIG. 0 when it was done.
Result<int, ports::CallError> resize_virtio_mem(const LibvirtDomain& domain, const model::SetVirtioMem& step,
                                                unsigned flags);
Result<int, ports::CallError> plug_dimm(const LibvirtDomain& domain, const model::PlugDimm& step, unsigned flags);

}  // namespace hotspot::io
