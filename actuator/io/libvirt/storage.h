// Room on the target for disks that are copied there. For the libvirt_*.cc of this folder only.
//
// libvirt 9 makes the missing files itself, but whole (a sparse image needs all its size) and leaves them behind when
// the migration fails. So they are made here, empty, in the target's storage pool of that folder, and removed again.
#pragma once

#include <string>
#include <vector>

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// A disk's file, by the source.
struct CopiedDisk {
  std::string device, path, format;
  std::int64_t capacity_bytes = 0, allocated_bytes = 0;
};
Result<std::vector<CopiedDisk>, ports::CallError> copied_disks_of(const LibvirtDomain& domain,
                                                                  const std::vector<std::string>& devices);

// All of them, or none and a sentence: no active pool, a file that is there already, too little room.
Result<int, ports::CallError> make_room(const virt::ConnectionHandle& target, const std::string& target_name,
                                        const std::vector<CopiedDisk>& disks);
// As far as it can be done.
void remove_room(const virt::ConnectionHandle& target, const std::vector<CopiedDisk>& disks);

}  // namespace hotspot::io
