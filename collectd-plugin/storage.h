// Finds where the node's disks are: file systems, block devices, and the targets of paths.
//
// Reads /proc/PID/mountinfo (proc(5)) and /sys/class/block, so that a network file system with a hanging server is
// never accessed. Cached for a while: mounts rarely change. Thread rule: one thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/small_file.h"

namespace hotspot::collector {

class Storage {
 public:
  Storage(std::string proc_path, std::string sys_path, std::chrono::seconds refresh_interval)
      : proc_path_(std::move(proc_path)), sys_path_(std::move(sys_path)), refresh_interval_(refresh_interval) {}

  // Reads again what is due.
  void refresh(SteadyTime now);
  // Empty if there are more than a snapshot may hold.
  const std::vector<telemetry::Filesystem>& filesystems() const;
  const std::vector<telemetry::BlockDevice>& block_devices() const { return block_devices_; }
  // Adds what the XML does not include.
  void locate(telemetry::DiskSource& disk) const;

 private:
  void read_filesystems();
  void read_block_devices();
  std::string id_of(const std::string& device, int depth);
  std::string real_path(const std::string& path) const;
  bool is_too_much() const;
  bool is_remote(const std::string& path) const;

  std::string proc_path_, sys_path_;
  std::chrono::seconds refresh_interval_;
  SteadyTime due_{};
  SmallFile file_;
  std::vector<telemetry::Filesystem> filesystems_;  // all of them
  std::vector<telemetry::BlockDevice> block_devices_;
};

// Parses a line of mountinfo. Empty: not a valid line, or of a type without disks (proc, cgroups, container layers).
std::optional<telemetry::Filesystem> filesystem_from(std::string_view line);

}  // namespace hotspot::collector
