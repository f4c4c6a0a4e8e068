// The reader on libvirt and the kernel: uses a read-only connection and, if the domains run on this machine, /proc and
// cgroups, which cost a fraction of querying each QEMU.
//
// A read consists of one call for the list of domains and their states; CPU and network from the kernel; then the
// queries that need QEMU itself, if they are due (monitor_plan.h), in lanes of their own (lanes.h), so that a QEMU that
// does not answer costs only its own values. A domain's XML is read when the domain is first seen and then from time to
// time. libvirt's types stay in the .cc.
#pragma once

#include <memory>
#include <string>

#include "collectd-plugin/domain_xml.h"
#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/monitor_plan.h"

namespace hotspot::collector {

enum class Source { kKernelAndLibvirt, kLibvirt };

struct LibvirtReaderOptions {
  std::string uri = "qemu:///system";
  std::chrono::seconds refresh_interval{60};  // of the definitions from the domains' XML
  Source source = Source::kKernelAndLibvirt;  // the kernel is used for local connections only
  std::string proc_path = "/proc", sys_path = "/sys";
  Seconds read_interval{1};
  GroupIntervals groups;
  // How long a read waits for QEMU: twice, the second time without the domains that did not answer the first time.
  std::chrono::milliseconds patience{300};
  bool perf_events = false;
  bool affinity = false;
  MetadataPath metadata;
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

// Does the URI refer to this machine? Then /proc is more detailed than libvirt.
bool is_local(const std::string& uri);

}  // namespace hotspot::collector
