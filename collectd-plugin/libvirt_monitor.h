// What libvirt has to ask each QEMU's monitor for: the guest's memory, disks, jobs; and what libvirt is asked for where
// the kernel does not show it. May block for as long as a QEMU does not answer: lives in a lane (lanes.h).
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
