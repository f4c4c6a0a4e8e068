// Block jobs of a domain: copies, commits and pulls of its disks, which libvirt does not count as domain jobs. For the
// *.cc of this folder only.
#pragma once

#include <libvirt/libvirt.h>

#include <string>

namespace hotspot::io {

// "copy of vda"; empty: none, or the driver does not report them.
std::string block_job_of(virDomainPtr domain);

}  // namespace hotspot::io
