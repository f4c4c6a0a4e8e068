#include "actuator/io/libvirt/limits.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/parameters.h"
#include "common/libvirt/typed_fields.h"

namespace hotspot::io {
namespace {

using LimitValues = std::map<std::string, std::int64_t>;
using Devices = Result<std::vector<std::string>, ports::CallError>;

// libvirt replaces all byte limits, or all operation limits, as soon as one of them is given: so all are. 0: no limit.
LimitValues wanted(const model::DiskLimit& limit) {
  const auto number = [](const std::optional<std::int64_t>& value) {
    return static_cast<unsigned long long>(value.value_or(0));
  };
  return {{VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_BYTES_SEC, number(limit.total_bytes_per_second)},
          {VIR_DOMAIN_BLOCK_IOTUNE_READ_BYTES_SEC, number(limit.read_bytes_per_second)},
          {VIR_DOMAIN_BLOCK_IOTUNE_WRITE_BYTES_SEC, number(limit.write_bytes_per_second)},
          {VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_IOPS_SEC, number(limit.total_ops_per_second)},
          {VIR_DOMAIN_BLOCK_IOTUNE_READ_IOPS_SEC, number(limit.read_ops_per_second)},
          {VIR_DOMAIN_BLOCK_IOTUNE_WRITE_IOPS_SEC, number(limit.write_ops_per_second)}};
}

unsigned long long kibibytes(std::int64_t bytes) {
  constexpr std::int64_t kMost = std::numeric_limits<unsigned>::max();
  return static_cast<unsigned long long>(std::clamp<std::int64_t>(bytes / kKibibyte, 1, kMost));
}

LimitValues wanted(const model::NetworkLimit& limit) {
  LimitValues all;
  const auto add = [&](const std::optional<model::Flow>& flow, const char* average, const char* peak,
                       const char* burst) {
    all[average] = flow ? kibibytes(flow->average_bytes_per_second) : 0;
    if (!flow) return;
    all[peak] = flow->peak_bytes_per_second ? kibibytes(*flow->peak_bytes_per_second) : 0;
    all[burst] = flow->burst_bytes ? kibibytes(*flow->burst_bytes) : 0;
  };
  add(limit.receive, VIR_DOMAIN_BANDWIDTH_IN_AVERAGE, VIR_DOMAIN_BANDWIDTH_IN_PEAK, VIR_DOMAIN_BANDWIDTH_IN_BURST);
  add(limit.transmit, VIR_DOMAIN_BANDWIDTH_OUT_AVERAGE, VIR_DOMAIN_BANDWIDTH_OUT_PEAK, VIR_DOMAIN_BANDWIDTH_OUT_BURST);
  return all;
}

// All disks except removable media, or all interfaces that have a name on the node.
Devices devices_of(const LibvirtDomain& domain, bool disks) {
  const virt::TextHandle xml(virDomainGetXMLDesc(domain.handle.get(), 0));
  if (!xml) return domain_error(domain);
  pugi::xml_document document;
  document.load_string(xml.get());
  std::vector<std::string> names;
  for (const pugi::xml_node& one : document.child("domain").child("devices").children(disks ? "disk" : "interface")) {
    const std::string kind = one.attribute("device").value();
    if (disks && (kind == "cdrom" || kind == "floppy")) continue;
    if (const std::string name = one.child("target").attribute("dev").value(); !name.empty()) names.push_back(name);
  }
  if (!names.empty()) return names;
  return ports::CallError{ports::CallFault::kRefused,
                          domain.about + (disks ? " has no disk" : " has no interface with a name on the node")};
}

// The values to set, and libvirt's two functions for them.
struct Limits {
  std::string device;  // "": all
  bool disks = false;
  LimitValues parameters;
};

Limits limits_of(const model::Step& step) {
  if (const auto* disk = std::get_if<model::SetDiskLimit>(&step)) return {disk->device, true, wanted(disk->to)};
  const auto& network = std::get<model::SetNetworkLimit>(step);
  return {network.device, false, wanted(network.to)};
}

Devices devices_of(const LibvirtDomain& domain, const Limits& limits) {
  if (!limits.device.empty()) return std::vector<std::string>{limits.device};
  return devices_of(domain, limits.disks);
}

Result<LimitValues, ports::CallError> current(const LibvirtDomain& domain, const Limits& limits,
                                              const std::string& device) {
  const auto ask = [&](virTypedParameterPtr list, int* count) {
    return limits.disks ? virDomainGetBlockIoTune(domain.handle.get(), device.c_str(), list, count, 0)
                        : virDomainGetInterfaceParameters(domain.handle.get(), device.c_str(), list, count, 0);
  };
  auto found = virt::ask_whole_numbers(ask);
  if (!found) return domain_error(domain);
  return std::move(*found);
}

}  // namespace

Result<bool, ports::CallError> domain_is_limited(const LibvirtDomain& domain, const model::Step& step) {
  const Limits limits = limits_of(step);
  const auto devices = devices_of(domain, limits);
  if (!devices) return devices.error();
  for (const std::string& device : *devices) {
    const auto have = current(domain, limits, device);
    if (!have) return have.error();
    for (const auto& [name, value] : limits.parameters) {
      const auto found = have->find(name);
      if ((found == have->end() ? 0 : found->second) != value) return false;
    }
  }
  return true;
}

Result<bool, ports::CallError> limit_domain(const LibvirtDomain& domain, const model::Step& step) {
  const Limits limits = limits_of(step);
  const auto devices = devices_of(domain, limits);
  if (!devices) return devices.error();
  virt::Parameters parameters;
  for (const auto& [name, value] : limits.parameters) {
    if (limits.disks)
      parameters.add(name.c_str(), static_cast<unsigned long long>(value));
    else
      parameters.add(name.c_str(), static_cast<unsigned>(value));
  }
  for (const std::string& device : *devices) {
    const int result = limits.disks
                           ? virDomainSetBlockIoTune(domain.handle.get(), device.c_str(), parameters.list(),
                                                     parameters.count(), VIR_DOMAIN_AFFECT_LIVE)
                           : virDomainSetInterfaceParameters(domain.handle.get(), device.c_str(), parameters.list(),
                                                             parameters.count(), VIR_DOMAIN_AFFECT_LIVE);
    if (result != 0) return domain_error(domain);
  }
  return domain_is_limited(domain, step);
}

}  // namespace hotspot::io
