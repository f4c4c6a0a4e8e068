// The reader on libvirt: a read-only connection, one bulk call a read.
//
// A domain's XML is read when the domain is first seen and then once in a while. libvirt's types stay in the .cc.
#pragma once

#include <memory>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

struct LibvirtReaderOptions {
  std::string uri = "qemu:///system";
  std::chrono::seconds refresh_interval{60};  // of what the domains' XML says
  std::string proc_path = "/proc";            // the kernel's view of the node, for a local connection
};

class LibvirtReader : public HypervisorReader {
 public:
  explicit LibvirtReader(LibvirtReaderOptions options);
  ~LibvirtReader() override;
  Result<Reading> read() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Does the URI speak of the machine that we run on? Then /proc tells more than libvirt.
bool is_local(const std::string& uri);

}  // namespace hotspot::collector
