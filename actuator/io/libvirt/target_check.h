// What a target would refuse a domain for, asked of its libvirt before anything is begun.
//
// For the bodies of this folder only. What cannot be asked, or is answered with an error that may have other causes, is
// no obstacle: the migration itself will tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/libvirt/node.h"
#include "actuator/ports/hypervisor.h"
#include "common/libvirt/handles.h"

namespace hotspot::io {

// From the domain's live XML.
struct DomainNeeds {
  std::string name, uuid;
  std::string virt_type, arch, machine, emulator;  // "kvm", "x86_64", "pc-q35-7.2", "/usr/bin/qemu-system-x86_64"
  std::vector<std::string> networks;               // libvirt's, by name
  std::vector<std::string> files;                  // that are only read: images, kernel, firmware
  std::optional<std::uint64_t> huge_page_kib;      // 0: of the default size
  std::uint64_t memory_kib = 0;
  std::string cpu;        // the element <cpu>, where it names a model
  bool host_cpu = false;  // it is given the node's CPU as it is
  bool emulated_tpm = false;
  bool operator==(const DomainNeeds&) const = default;
};
DomainNeeds needs_from_xml(const std::string& xml);

// One sentence, or nothing. May hang: call it through virt::TimedCalls.
std::optional<std::string> obstacle_at(virConnectPtr target, const std::string& target_name, const DomainNeeds& needs,
                                       const std::string& source_cpu);

// The port's target_obstacle().
Result<std::optional<std::string>, ports::CallError> target_obstacle_of(LibvirtNode& source,
                                                                        const std::string& domain_uuid,
                                                                        LibvirtNode& target);

}  // namespace hotspot::io
