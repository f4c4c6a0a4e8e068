// The node's network links as the kernel counts them: those of the guests, and those to the world.
//
// One file tells all (/proc/net/dev, proc(5)); libvirt reads it anew for each interface of each guest.
// Thread rule: one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

class Links {
 public:
  // proc_path and sys_path: "/proc" and "/sys", or folders that look like them.
  Links(std::string proc_path, std::string sys_path)
      : proc_path_(std::move(proc_path)), sys_path_(std::move(sys_path)) {}

  // Reads all counters. True if links have come or gone since the read before (the first read included).
  bool read();
  // The counters of a guest's tap device, as the guest means them: what the node sends it receives. Nothing where there
  // is no such link.
  std::optional<InterfaceReading> of_guest(const std::string& device) const;
  // The links that lead out of the node: those with hardware behind them; where there are none, what has a speed.
  std::vector<LinkReading> of_node();

 private:
  struct Link {
    InterfaceReading counters;  // as the node means them
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
