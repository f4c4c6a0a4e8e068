// Where the node's disks lie: its file systems, its block devices, and what a path leads to.
//
// From /proc/PID/mountinfo (proc(5)) and /sys/class/block, so that a network file system whose server is silent is
// never touched. Kept for a while: mounts change seldom. Thread rule: one thread.
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
  // None where there are more than a snapshot can tell.
  const std::vector<telemetry::Filesystem>& filesystems() const;
  const std::vector<telemetry::BlockDevice>& block_devices() const { return block_devices_; }
  // Fills in what the XML does not tell.
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
  std::vector<telemetry::Filesystem> filesystems_;  // all
  std::vector<telemetry::BlockDevice> block_devices_;
};

// One line of mountinfo. Empty: of a kind on which no disk lies (proc, cgroups, containers' layers), or no such line.
std::optional<telemetry::Filesystem> filesystem_from(std::string_view line);

}  // namespace hotspot::collector
