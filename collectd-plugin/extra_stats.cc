#include "collectd-plugin/extra_stats.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "common/text/ascii.h"

namespace hotspot::collector {
namespace {

constexpr std::array<std::pair<const char*, ExtraStat>, 14> kWords{{
    {"cpu_util", ExtraStat::kCpuUtil},
    {"disk", ExtraStat::kDisk},
    {"disk_err", ExtraStat::kDiskErr},
    {"domain_state", ExtraStat::kDomainState},
    {"job_stats_background", ExtraStat::kJobBackground},
    {"memory", ExtraStat::kMemory},
    {"pcpu", ExtraStat::kPcpu},
    {"perf", ExtraStat::kPerf},
    {"vcpu", ExtraStat::kVcpu},
    {"vcpupin", ExtraStat::kVcpuPin},
    {"disk_physical", ExtraStat::kDiskPhysical},
    {"disk_allocation", ExtraStat::kDiskAllocation},
    {"disk_capacity", ExtraStat::kDiskCapacity},
    {"vcpu_delay", ExtraStat::kVcpuDelay},
}};

}  // namespace

ExtraStats ExtraStats::usual() {
  ExtraStats usual;
  for (const ExtraStat one : {ExtraStat::kCpuUtil, ExtraStat::kDisk, ExtraStat::kDomainState, ExtraStat::kJobBackground,
                              ExtraStat::kMemory, ExtraStat::kPcpu, ExtraStat::kVcpu, ExtraStat::kDiskPhysical,
                              ExtraStat::kDiskAllocation, ExtraStat::kDiskCapacity, ExtraStat::kVcpuDelay}) {
    usual.add(one);
  }
  return usual;
}

std::optional<std::string> ExtraStats::add_words(const std::string& words) {
  std::istringstream each(words);
  for (std::string word; each >> word;) {
    word = text::lower_case(word);
    if (word == "none") continue;
    const auto known = std::find_if(kWords.begin(), kWords.end(), [&](const auto& one) { return word == one.first; });
    if (known != kWords.end()) {
      add(known->second);
      continue;
    }
    if (word == "fs_info")
      return "fs_info is not there: it asks the guest's agent, which needs write access to libvirt";
    if (word == "job_stats_completed") {
      return "job_stats_completed is not there: reading it takes it away from others; use job_stats_background";
    }
    std::string all;
    for (const auto& [name, one] : kWords) all += std::string(all.empty() ? "" : ", ") + name;
    return "'" + word + "' is not one of none, " + all;
  }
  return std::nullopt;
}

}  // namespace hotspot::collector
