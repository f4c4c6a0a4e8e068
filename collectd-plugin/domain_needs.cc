#include "collectd-plugin/domain_needs.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "telemetry/snapshot_limits.h"

namespace hotspot::collector {
namespace {

// libvirt uses KiB if the element does not name a unit.
std::int64_t bytes_in(const pugi::xml_node& element, std::int64_t number) {
  const std::string_view unit = element.attribute("unit").value();
  if (unit == "b" || unit == "bytes") return number;
  if (unit == "M" || unit == "MiB") return number * kMebibyte;
  if (unit == "G" || unit == "GiB") return number * kGibibyte;
  return number * kKibibyte;
}

// Sorted and unique. A snapshot that exceeds the limit would be refused as a whole: then all names are left out.
void keep_what_a_snapshot_holds(std::vector<std::string>& names) {
  constexpr telemetry::SnapshotLimits kLimits;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const bool too_long = std::any_of(names.begin(), names.end(),
                                    [&](const std::string& name) { return name.size() > kLimits.text_bytes; });
  if (too_long || names.size() > kLimits.list_items) names.clear();
}

void add_connections(const pugi::xml_node& devices, TargetNeeds& needs) {
  for (const pugi::xml_node& interface : devices.children("interface")) {
    const std::string_view type = interface.attribute("type").value();
    const pugi::xml_node source = interface.child("source");
    const std::string network = source.attribute("network").value(), bridge = source.attribute("bridge").value(),
                      device = source.attribute("dev").value();
    // For a network that only refers to a bridge or a device, libvirt reports the type of these; the target's network
    // has its own.
    if (!network.empty()) {
      needs.networks.push_back(network);
      continue;
    }
    // Open vSwitch bridges need not be kernel interfaces.
    if (type == "bridge" && !bridge.empty() && !interface.child("virtualport")) needs.node_interfaces.push_back(bridge);
    if (type == "direct" && !device.empty()) needs.node_interfaces.push_back(device);
  }
  keep_what_a_snapshot_holds(needs.networks);
  keep_what_a_snapshot_holds(needs.node_interfaces);
}

void add_files(const pugi::xml_node& os, TargetNeeds& needs) {
  const auto add = [&](const pugi::xml_node& element) {
    const std::string file = element.text().get();
    if (file.starts_with('/')) needs.files.push_back(file);
  };
  for (const char* part : {"kernel", "initrd", "loader", "dtb"}) add(os.child(part));
  for (const pugi::xml_node& table : os.child("acpi").children("table")) add(table);
  keep_what_a_snapshot_holds(needs.files);
}

// If there are several sizes, or only a part of the guest uses them, the distribution follows the guest's NUMA cells,
// which is left to libvirt.
void add_huge_pages(const pugi::xml_node& domain, TargetNeeds& needs) {
  const pugi::xml_node pages = domain.child("memoryBacking").child("hugepages");
  const auto sizes = pages.children("page");
  if (!pages || std::distance(sizes.begin(), sizes.end()) > 1) return;
  const pugi::xml_node page = pages.child("page");
  needs.huge_page_bytes = page ? bytes_in(page, page.attribute("size").as_llong()) : 0;
  if (page.attribute("nodeset")) return;
  // Plugged memory may be backed differently.
  const pugi::xml_node memory = domain.child("memory");
  std::int64_t bytes = bytes_in(memory, memory.text().as_llong());
  for (const pugi::xml_node& device : domain.child("devices").children("memory")) {
    const pugi::xml_node size = device.child("target").child("size");
    bytes -= bytes_in(size, size.text().as_llong());
  }
  if (bytes > 0) needs.huge_pages_bytes = bytes;
}

}  // namespace

TargetNeeds needs_from(const pugi::xml_node& domain) {
  TargetNeeds needs;
  const pugi::xml_node os = domain.child("os"), devices = domain.child("devices"), cpu = domain.child("cpu");
  needs.machine = os.child("type").attribute("machine").value();
  needs.arch = os.child("type").attribute("arch").value();
  needs.emulator = devices.child("emulator").text().get();
  needs.cpu_mode = cpu.attribute("mode").value();
  needs.cpu_vendor = cpu.child("vendor").text().get();
  add_huge_pages(domain, needs);
  add_connections(devices, needs);
  add_files(os, needs);
  for (const pugi::xml_node& tpm : devices.children("tpm"))
    if (std::string_view(tpm.child("backend").attribute("type").value()) == "emulator") needs.emulated_tpm = true;
  return needs;
}

}  // namespace hotspot::collector
