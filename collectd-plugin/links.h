// The kernel's counters of the node's network links: those of the guests, and those that lead out of the node.
//
// One file has them all (/proc/net/dev, proc(5)); libvirt would read it again for each interface of each guest. Thread
// rule: one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

class Links {
 public:
  // proc_path and sys_path: "/proc" and "/sys", or directories with the same layout.
  Links(std::string proc_path, std::string sys_path)
      : proc_path_(std::move(proc_path)), sys_path_(std::move(sys_path)) {}

  // Reads all counters. True if links were added or removed since the previous read, and at the first read.
  bool read();
  // The counters of a guest's tap device from the guest's side: what the node sends, the guest receives. Empty if there
  // is no such link.
  std::optional<InterfaceReading> of_guest(const std::string& device) const;
  // The links that lead out of the node: those with hardware; if there are none, those with a speed.
  std::vector<LinkReading> of_node();

 private:
  struct Link {
    InterfaceReading counters;  // from the node's side
    std::uint64_t seen_in = 0;
  };
  void look_at_hardware();

  std::string proc_path_, sys_path_;
  SmallFile file_;
  std::map<std::string, Link, std::less<>> links_;
  std::vector<std::string> outward_;
  std::map<std::string, telemetry::Measured> speeds_;
  std::uint64_t reads_ = 0;
};

}  // namespace hotspot::collector
