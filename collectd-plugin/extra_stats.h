// Selects the statistics that are stored besides the basic ones: the virt plugin's ExtraStats with additions.
//
// PURE. The selection affects only what collectd stores; the snapshots for hotspotd always contain what decisions need.
#pragma once

#include <optional>
#include <string>

namespace hotspot::collector {

enum class ExtraStat : unsigned {
  kCpuUtil = 1,
  kDisk = 2,
  kDiskErr = 4,
  kDomainState = 8,
  kJobBackground = 16,
  kMemory = 32,
  kPcpu = 64,
  kPerf = 128,
  kVcpu = 256,
  kVcpuPin = 512,
  kDiskPhysical = 1024,
  kDiskAllocation = 2048,
  kDiskCapacity = 4096,
  kVcpuDelay = 8192,  // not in the virt plugin: steal and wait of vCPUs
};

class ExtraStats {
 public:
  // Without ExtraStats in the configuration: everything that needs no additional call.
  static ExtraStats usual();
  static ExtraStats none() { return {}; }

  bool has(ExtraStat one) const { return (bits_ & static_cast<unsigned>(one)) != 0; }
  void add(ExtraStat one) { bits_ |= static_cast<unsigned>(one); }
  // Words of the configuration, "cpu_util disk". Returns a sentence if one of them is unknown.
  std::optional<std::string> add_words(const std::string& words);
  bool operator==(const ExtraStats&) const = default;

 private:
  unsigned bits_ = 0;
};

}  // namespace hotspot::collector
