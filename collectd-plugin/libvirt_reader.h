// The reader on libvirt and the kernel: a read-only connection, and where the domains run on this machine, /proc and
// cgroups, which cost a fraction of asking each QEMU.
//
// A read is: one call for the list of domains and their states; CPU and network from the kernel; then what QEMU itself
// must be asked for, as far as it is due (monitor_plan.h), in lanes of its own (lanes.h), so that a QEMU that does not
// answer costs its own values only. A domain's XML is read when the domain is first seen and then once in a while.
// libvirt's types stay in the .cc.
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
  std::chrono::seconds refresh_interval{60};  // of what the domains' XML says
  Source source = Source::kKernelAndLibvirt;  // the kernel is asked for a local connection only
  std::string proc_path = "/proc", sys_path = "/sys";
  Seconds read_interval{1};
  GroupIntervals groups;
  // How long a read waits for QEMU: twice, the second time without those that did not answer the first.
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

// Does the URI speak of the machine that we run on? Then /proc tells more than libvirt.
bool is_local(const std::string& uri);

}  // namespace hotspot::collector
