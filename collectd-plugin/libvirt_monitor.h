// Queries for which libvirt uses each QEMU's monitor: guest memory, disks, jobs; and queries for what the kernel does
// not show. May block for as long as a QEMU does not answer, so it runs in a lane (lanes.h).
//
// Thread rule: one thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "collectd-plugin/monitor.h"
#include "common/libvirt/handles.h"

namespace hotspot::collector {

enum class Access { kReadOnly, kReadWrite };

class LibvirtMonitor {
 public:
  LibvirtMonitor(std::string uri, Access access) : uri_(std::move(uri)), access_(access) {}
  MonitorAnswer answer(const MonitorQuestion& question);

 private:
  bool connect(MonitorAnswer& answer);
  void learn_domains(const MonitorQuestion& question);
  virDomainPtr domain(const std::string& uuid);
  // Returns the domains whose QEMU answered.
  std::set<std::string> read_groups(const MonitorQuestion& question, MonitorAnswer& answer);

  std::string uri_;
  Access access_;
  virt::OwnConnectionHandle connection_;
  std::map<std::string, virt::DomainHandle> domains_;  // by UUID
};

}  // namespace hotspot::collector
