#include "actuator/io/libvirt/target_check.h"

#include <libvirt/virterror.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <string_view>

#include "actuator/io/libvirt/domain.h"
#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/handles.h"
#include "common/libvirt/xml.h"

namespace hotspot::io {
namespace {

using ports::CallError;
using Obstacle = std::optional<std::string>;

constexpr std::uint64_t kUsualHugePageKib = 2048;

std::uint64_t kibibytes(const pugi::xml_node& node, std::uint64_t number) {
  const std::string unit = node.attribute("unit").value();
  if (unit == "b" || unit == "bytes") return number / 1024;
  if (unit == "M" || unit == "MiB") return number * 1024;
  if (unit == "G" || unit == "GiB") return number * 1024 * 1024;
  return number;
}

void add_files(const pugi::xml_node& domain, DomainNeeds& needs) {
  for (const pugi::xml_node& disk : domain.child("devices").children("disk")) {
    const pugi::xml_node source = disk.child("source");
    const bool only_read = disk.child("readonly") || std::string_view(disk.attribute("device").value()) == "cdrom";
    const std::string file = source.attribute("file").value();
    if (only_read && !file.empty() && !virt::may_be_missing(source)) needs.files.push_back(file);
  }
  for (const char* part : {"kernel", "initrd", "loader", "dtb"}) {
    const std::string file = domain.child("os").child(part).text().get();
    if (file.starts_with('/')) needs.files.push_back(file);
  }
}

void add_huge_pages(const pugi::xml_node& domain, DomainNeeds& needs) {
  const pugi::xml_node pages = domain.child("memoryBacking").child("hugepages");
  if (!pages) return;
  const auto all = pages.children("page");
  const auto count = std::distance(all.begin(), all.end());
  if (count > 1) return;  // several sizes: their distribution follows the guest's NUMA cells, which is left to libvirt
  const pugi::xml_node page = pages.child("page");
  needs.huge_page_kib = page ? kibibytes(page, page.attribute("size").as_ullong()) : 0;
}

Obstacle name_obstacle(virConnectPtr target, const std::string& where, const DomainNeeds& needs) {
  const virt::DomainHandle other(virDomainLookupByName(target, needs.name.c_str()));
  if (!other) return std::nullopt;
  std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
  if (virDomainGetUUIDString(other.get(), uuid.data()) != 0 || needs.uuid == uuid.data()) return std::nullopt;
  return where + " has another domain of the name '" + needs.name + "' (" + uuid.data() + ", " +
         (virDomainIsActive(other.get()) == 1 ? "running" : "defined, not running") +
         "); rename or undefine one of the two";
}

Obstacle network_obstacle(virConnectPtr target, const std::string& where, const DomainNeeds& needs) {
  for (const std::string& name : needs.networks) {
    const virt::NetworkHandle network(virNetworkLookupByName(target, name.c_str()));
    if (!network && virGetLastErrorCode() == VIR_ERR_NO_NETWORK)
      return where + " has no network '" + name + "', to which " + needs.name + " is connected";
    if (network && virNetworkIsActive(network.get()) == 0)
      return "the network '" + name + "' of " + where + ", to which " + needs.name +
             " is connected, is not active: virsh net-start";
  }
  return std::nullopt;
}

// libvirt can tell which files exist only in a directory that is a storage pool.
Obstacle file_obstacle(virConnectPtr target, const std::string& where, const DomainNeeds& needs) {
  for (const std::string& file : needs.files) {
    const std::string folder = file.substr(0, std::max<std::size_t>(1, file.rfind('/')));
    const auto find = [&] { return virt::VolumeHandle(virStorageVolLookupByPath(target, file.c_str())); };
    if (find()) continue;
    const virt::PoolHandle pool(virStoragePoolLookupByTargetPath(target, folder.c_str()));
    // The file may have been added without libvirt's knowledge.
    if (!pool || virStoragePoolRefresh(pool.get(), 0) != 0 || find()) continue;
    if (virGetLastErrorCode() != VIR_ERR_NO_STORAGE_VOL) continue;
    return where + " has no file " + file + ", which " + needs.name + " needs";
  }
  return std::nullopt;
}

Obstacle huge_page_obstacle(virConnectPtr target, const std::string& where, const DomainNeeds& needs) {
  if (!needs.huge_page_kib) return std::nullopt;
  auto size = static_cast<unsigned>(*needs.huge_page_kib == 0 ? kUsualHugePageKib : *needs.huge_page_kib);
  unsigned long long free_pages = 0;
  const std::string pages = "huge pages of " + std::to_string(size / 1024) + " MiB";
  // -1: of the whole node.
  if (virNodeGetFreePages(target, 1, &size, -1, 1, &free_pages, 0) < 0) {
    if (*needs.huge_page_kib == 0 || virt::last_error_text().find("not available") == std::string::npos)
      return std::nullopt;
    return where + " has no " + pages + ", which " + needs.name + " needs";
  }
  if (free_pages * size >= needs.memory_kib) return std::nullopt;
  return where + " has " + std::to_string(free_pages * size / 1024) + " MiB free in " + pages + ", " + needs.name +
         " needs " + std::to_string(needs.memory_kib / 1024) + " MiB";
}

Obstacle machine_obstacle(virConnectPtr target, const std::string& where, const DomainNeeds& needs) {
  if (needs.machine.empty() || needs.emulator.empty()) return std::nullopt;
  const virt::TextHandle text(virConnectGetDomainCapabilities(target, needs.emulator.c_str(), needs.arch.c_str(),
                                                              needs.machine.c_str(), needs.virt_type.c_str(), 0));
  if (!text) {
    if (virGetLastErrorCode() != VIR_ERR_INVALID_ARG) return std::nullopt;
    return where + " cannot run " + needs.name + ": " + virt::last_error_text();
  }
  if (!needs.emulated_tpm) return std::nullopt;
  pugi::xml_document document;
  document.load_string(text.get());
  const pugi::xml_node tpm = document.child("domainCapabilities").child("devices").child("tpm");
  if (!tpm || std::string_view(tpm.attribute("supported").value()) != "no") return std::nullopt;
  return where + " has no emulated TPM (swtpm), which " + needs.name + " needs";
}

// Only with KVM: QEMU can emulate any CPU.
Obstacle cpu_obstacle(virConnectPtr target, const std::string& where, const DomainNeeds& needs,
                      const std::string& source_cpu) {
  if (needs.virt_type != "kvm") return std::nullopt;
  int compared = VIR_CPU_COMPARE_ERROR;
  if (needs.host_cpu && !source_cpu.empty()) compared = virConnectCompareCPU(target, source_cpu.c_str(), 0);
  if (!needs.cpu.empty())
    compared = virConnectCompareHypervisorCPU(target, needs.emulator.c_str(), needs.arch.c_str(), needs.machine.c_str(),
                                              needs.virt_type.c_str(), needs.cpu.c_str(), 0);
  if (compared != VIR_CPU_COMPARE_INCOMPATIBLE) return std::nullopt;
  return "the CPU of " + where + " lacks something that " + needs.name + " was started with" +
         (needs.host_cpu ? " (host-passthrough)" : "") + ": virsh hypervisor-cpu-compare tells what";
}

std::string host_cpu_of(virConnectPtr connection) {
  const virt::TextHandle text(virConnectGetCapabilities(connection));
  pugi::xml_document document;
  if (text) document.load_string(text.get());
  const pugi::xml_node cpu = document.child("capabilities").child("host").child("cpu");
  return cpu ? virt::text_of(cpu) : "";
}

struct Asked {
  DomainNeeds needs;
  std::string source_cpu;
};

}  // namespace

DomainNeeds needs_from_xml(const std::string& xml) {
  DomainNeeds needs;
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node domain = document.child("domain"), type = domain.child("os").child("type");
  needs.name = domain.child("name").text().get();
  needs.uuid = domain.child("uuid").text().get();
  needs.virt_type = domain.attribute("type").value();
  needs.arch = type.attribute("arch").value();
  needs.machine = type.attribute("machine").value();
  needs.emulator = domain.child("devices").child("emulator").text().get();
  for (const pugi::xml_node& interface : domain.child("devices").children("interface")) {
    const std::string network = interface.child("source").attribute("network").value();
    if (std::string_view(interface.attribute("type").value()) == "network" && !network.empty())
      needs.networks.push_back(network);
  }
  add_files(domain, needs);
  add_huge_pages(domain, needs);
  needs.memory_kib = kibibytes(domain.child("memory"), domain.child("memory").text().as_ullong());
  const pugi::xml_node cpu = domain.child("cpu");
  needs.host_cpu = std::string_view(cpu.attribute("mode").value()) == "host-passthrough";
  if (cpu.child("model") && !needs.host_cpu) needs.cpu = virt::text_of(cpu);
  for (const pugi::xml_node& tpm : domain.child("devices").children("tpm"))
    if (std::string_view(tpm.child("backend").attribute("type").value()) == "emulator") needs.emulated_tpm = true;
  return needs;
}

Obstacle obstacle_at(virConnectPtr target, const std::string& target_name, const DomainNeeds& needs,
                     const std::string& source_cpu) {
  for (const auto check : {name_obstacle, network_obstacle, huge_page_obstacle, machine_obstacle, file_obstacle})
    if (auto obstacle = check(target, target_name, needs)) return obstacle;
  return cpu_obstacle(target, target_name, needs, source_cpu);
}

Result<Obstacle, CallError> target_obstacle_of(LibvirtNode& source, const std::string& domain_uuid,
                                               LibvirtNode& target) {
  auto asked = with_domain<Asked>(source, domain_uuid, [](const LibvirtDomain& domain) -> Result<Asked, CallError> {
    const virt::TextHandle xml(virDomainGetXMLDesc(domain.handle.get(), VIR_DOMAIN_XML_MIGRATABLE));
    if (!xml) return domain_error(domain);
    Asked found{needs_from_xml(xml.get()), ""};
    if (found.needs.host_cpu) found.source_cpu = host_cpu_of(domain.connection.get());
    return found;
  });
  if (!asked) return asked.error();
  const auto connection = target.connection(target.options().call_limit);
  if (!connection) return connection.error();
  const auto answer = target.calls().run<Obstacle>(
      target.options().call_limit,
      [connection = *connection, name = target.address().name, all = std::move(*asked)]() -> Obstacle {
        return obstacle_at(connection.get(), name, all.needs, all.source_cpu);
      });
  if (!answer) return target.unreachable("libvirtd did not answer what it has for domain " + domain_uuid);
  return *answer;
}

}  // namespace hotspot::io
