// Asks a target's libvirt, before anything is begun, for what it would refuse a domain.
//
// For the *.cc of this folder only. What cannot be queried, or is answered with an ambiguous error, is no obstacle: the
// migration itself will report it.
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
  std::vector<std::string> networks;               // names of libvirt networks
  std::vector<std::string> files;                  // read-only files: images, kernel, firmware
  std::optional<std::uint64_t> huge_page_kib;      // 0: the default size
  std::uint64_t memory_kib = 0;
  std::string cpu;        // the element <cpu>, if it names a model
  bool host_cpu = false;  // it uses the node's CPU unchanged (host-passthrough)
  bool emulated_tpm = false;
  bool operator==(const DomainNeeds&) const = default;
};
DomainNeeds needs_from_xml(const std::string& xml);

// One sentence, or empty. May hang: call it through virt::TimedCalls.
std::optional<std::string> obstacle_at(virConnectPtr target, const std::string& target_name, const DomainNeeds& needs,
                                       const std::string& source_cpu);

// The port's target_obstacle().
Result<std::optional<std::string>, ports::CallError> target_obstacle_of(LibvirtNode& source,
                                                                        const std::string& domain_uuid,
                                                                        LibvirtNode& target);

}  // namespace hotspot::io
