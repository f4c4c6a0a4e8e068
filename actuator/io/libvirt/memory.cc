#include "actuator/io/libvirt/memory.h"

#include <algorithm>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/xml.h"

namespace hotspot::io {
namespace {

pugi::xml_document xml_of(virDomainPtr domain, unsigned flags) {
  pugi::xml_document document;
  const virt::TextHandle xml(virDomainGetXMLDesc(domain, flags));
  if (xml) document.load_string(xml.get());
  return document;
}

// The device in the persistent definition, which has no aliases: the one at the same position.
pugi::xml_node same_place(const pugi::xml_document& live, const pugi::xml_document& wanted, const std::string& alias) {
  int place = 0;
  for (const pugi::xml_node& memory : live.child("domain").child("devices").children("memory")) {
    if (alias == memory.child("alias").attribute("name").value()) break;
    ++place;
  }
  for (const pugi::xml_node& memory : wanted.child("domain").child("devices").children("memory"))
    if (place-- == 0) return memory;
  return {};
}

ports::CallError refused(const LibvirtDomain& domain, const std::string& why) {
  return {ports::CallFault::kRefused, domain.about + why};
}

}  // namespace

Definition definition_of(virDomainPtr domain) {
  Definition definition;
  const auto xml = xml_of(domain, 0);
  definition.emulated = std::string_view(xml.child("domain").attribute("type").value()) == "qemu";
  for (const pugi::xml_node& memory : xml.child("domain").child("devices").children("memory"))
    definition.memory_devices.push_back(virt::memory_device_from(memory));
  return definition;
}

Result<int, ports::CallError> resize_virtio_mem(const LibvirtDomain& domain, const model::SetVirtioMem& step,
                                                unsigned flags) {
  const auto live = xml_of(domain.handle.get(), 0);
  const bool config = (flags & VIR_DOMAIN_AFFECT_CONFIG) != 0;
  auto wanted = xml_of(domain.handle.get(), config ? static_cast<unsigned>(VIR_DOMAIN_XML_INACTIVE) : 0u);
  pugi::xml_node memory = same_place(live, wanted, step.device);
  if (!memory || std::string(memory.attribute("model").value()) != "virtio-mem")
    return refused(domain, " has no virtio-mem device " + step.device);
  pugi::xml_node requested = memory.child("target").child("requested");
  requested.attribute("unit").set_value("KiB");
  // In whole blocks: memory that is taken in steps may end between two.
  const std::int64_t block = std::max<std::int64_t>(virt::bytes_in(memory.child("target").child("block")), kKibibyte);
  requested.text().set(static_cast<long long>(step.to_bytes / block * block / kKibibyte));
  if (virDomainUpdateDeviceFlags(domain.handle.get(), virt::text_of(memory).c_str(), flags) != 0)
    return domain_error(domain);
  return 0;
}

// On the guest's first NUMA node; libvirt requires one as soon as memory can be plugged in.
Result<int, ports::CallError> plug_dimm(const LibvirtDomain& domain, const model::PlugDimm& step, unsigned flags) {
  if (step.to_bytes <= step.from_bytes) return refused(domain, ": a DIMM needs a size");
  const std::string xml = "<memory model='dimm'><target><size unit='KiB'>" +
                          std::to_string((step.to_bytes - step.from_bytes) / kKibibyte) +
                          "</size><node>0</node></target></memory>";
  if (virDomainAttachDeviceFlags(domain.handle.get(), xml.c_str(), flags) != 0) return domain_error(domain);
  return 0;
}

}  // namespace hotspot::io
