// Creates files on the target for disks that are copied there. For the *.cc of this folder only.
//
// libvirt 9 creates missing files itself, but fully allocated (a sparse image takes its whole size), and leaves them
// behind when the migration fails. So they are created here, empty, in the target's storage pool for that directory,
// and removed again.
#pragma once

#include <string>
#include <vector>

#include "actuator/io/libvirt/domain.h"

namespace hotspot::io {

// A disk's file on the source.
struct CopiedDisk {
  std::string device, path, format;
  std::int64_t capacity_bytes = 0, allocated_bytes = 0;
};
Result<std::vector<CopiedDisk>, ports::CallError> copied_disks_of(const LibvirtDomain& domain,
                                                                  const std::vector<std::string>& devices);

// All of them, or none and a sentence: no active pool, a file that already exists, too little room.
Result<int, ports::CallError> make_room(const virt::ConnectionHandle& target, const std::string& target_name,
                                        const std::vector<CopiedDisk>& disks);
// As far as possible.
void remove_room(const virt::ConnectionHandle& target, const std::vector<CopiedDisk>& disks);

}  // namespace hotspot::io
