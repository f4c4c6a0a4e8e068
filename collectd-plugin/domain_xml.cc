#include "collectd-plugin/domain_xml.h"

#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <string_view>

#include "collectd-plugin/domain_needs.h"
#include "common/libvirt/xml.h"
#include "telemetry/plausible.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::collector {
namespace {

constexpr std::string_view kPolicyNamespace = "https://hotspot/xmlns/policy/1";
// The limits of a reader of snapshots.
constexpr telemetry::SnapshotLimits kSnapshotLimits;
constexpr std::size_t kMostPolicyText = 255;

std::string local_name(const pugi::xml_node& node) {
  const std::string name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

// An element may have any prefix: only its namespace counts.
bool is_in_namespace(const pugi::xml_node& node, std::string_view name_space) {
  const std::string name = node.name();
  const std::size_t colon = name.find(':');
  const std::string attribute = colon == std::string::npos ? "xmlns" : "xmlns:" + name.substr(0, colon);
  for (pugi::xml_node at = node; at; at = at.parent()) {
    if (const auto declared = at.attribute(attribute.c_str())) return name_space == declared.value();
  }
  return false;
}

bool is_policy(const pugi::xml_node& node) {
  return local_name(node) == "policy" && is_in_namespace(node, kPolicyNamespace);
}

void copy_without_prefixes(const pugi::xml_node& from, pugi::xml_node to) {
  for (const pugi::xml_attribute& attribute : from.attributes()) to.append_copy(attribute);
  for (const pugi::xml_node& child : from.children()) {
    if (child.type() == pugi::node_element) {
      copy_without_prefixes(child, to.append_child(local_name(child).c_str()));
    } else {
      to.append_copy(child);
    }
  }
}

// As in the virt plugin: the element alone is the document, and prefixes are removed.
std::string metadata_name(const pugi::xml_node& metadata, const MetadataPath& path) {
  for (const pugi::xml_node& node : metadata.children()) {
    if (!is_in_namespace(node, path.name_space)) continue;
    pugi::xml_document alone;
    copy_without_prefixes(node, alone.append_child(local_name(node).c_str()));
    try {
      const pugi::xpath_node found = alone.select_node(path.xpath.c_str());
      return found.attribute() ? found.attribute().value() : found.node().value();
    } catch (const pugi::xpath_exception&) {
      return "";  // refused when the configuration was read
    }
  }
  return "";
}

std::vector<InterfaceDefinition> interfaces_from(const pugi::xml_node& devices) {
  std::vector<InterfaceDefinition> interfaces;
  for (const pugi::xml_node& interface : devices.children("interface")) {
    interfaces.push_back({interface.child("target").attribute("dev").value(),
                          interface.child("mac").attribute("address").value(), interface.attribute("type").value()});
  }
  return interfaces;
}

std::optional<int> int_from_text(const std::string& text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Whoever may write a domain's metadata may write anything there. An invalid number would be a limit that nobody
// observes, and a text that is too long would cause the snapshot of the whole node to be refused.
class PolicyReader {
 public:
  telemetry::Policy read(const pugi::xml_node& node) {
    telemetry::Policy policy;
    if (const auto mode = node.attribute("mode")) policy.mode = bounded(mode.value());
    policy.priority = number(node.attribute("priority"), int_from_text);
    for (const pugi::xml_node& child : node.children()) read_child(child, policy);
    if (is_readable_) return policy;
    policy = {};
    policy.mode = telemetry::kUnreadableMode;
    return policy;
  }

 private:
  void read_child(const pugi::xml_node& child, telemetry::Policy& policy) {
    const std::string name = local_name(child);
    if (name == "vcpus") {
      policy.vcpus_min = number(child.attribute("min"), int_from_text);
      policy.vcpus_max = number(child.attribute("max"), int_from_text);
    } else if (name == "memory") {
      policy.memory_min_bytes = number(child.attribute("min"), bytes_from_text);
      policy.memory_max_bytes = number(child.attribute("max"), bytes_from_text);
    } else if (name == "storage") {
      policy.storage = bounded(child.text().get());
    } else if (name == "group") {
      policy.group = bounded(child.text().get());
    } else if (name == "affinity") {
      add(policy.affinity, child.text().get());
    } else if (name == "anti-affinity") {
      add(policy.anti_affinity, child.text().get());
    }
  }
  template <typename Read>
  auto number(const pugi::xml_attribute& from, Read from_text) -> decltype(from_text("")) {
    const auto value = from_text(from.value());
    if (from && !value) is_readable_ = false;
    return value;
  }
  std::string bounded(std::string_view text) {
    if (text.size() > kMostPolicyText) is_readable_ = false;
    return std::string(text.substr(0, kMostPolicyText));
  }
  void add(std::vector<std::string>& groups, std::string_view text) {
    if (groups.size() < kSnapshotLimits.list_items)
      groups.push_back(bounded(text));
    else
      is_readable_ = false;
  }
  bool is_readable_ = true;
};

std::string pci_address(const pugi::xml_node& address) {
  const auto part = [&](const char* name) {
    const std::string value = address.attribute(name).value();
    return value.starts_with("0x") ? value.substr(2) : value;
  };
  return part("domain") + ":" + part("bus") + ":" + part("slot") + "." + part("function");
}

// "rbd:pool/image". A server on the node itself, which other nodes cannot reach, is marked as such.
std::string network_name(const pugi::xml_node& source) {
  return std::string(source.attribute("protocol").value()) + ":" + source.attribute("name").value();
}

bool is_served_by_the_node(const pugi::xml_node& source) {
  for (const pugi::xml_node& host : source.children("host")) {
    const std::string name = host.attribute("name").value();
    if (std::string(host.attribute("transport").value()) == "unix" || name == "localhost" || name == "::1" ||
        name.starts_with("127."))
      return true;
  }
  return false;
}

telemetry::DiskSource disk_from(const pugi::xml_node& disk) {
  const pugi::xml_node source = disk.child("source");
  telemetry::DiskSource found;
  found.device = disk.child("target").attribute("dev").value();
  found.type = disk.attribute("type").value();
  for (const char* where : {"file", "dev", "dir", "volume"})
    if (found.source.empty()) found.source = source.attribute(where).value();
  if (found.type == "network") found.source = network_name(source);
  found.format = disk.child("driver").attribute("type").value();
  const std::string kind = disk.attribute("device").value();
  found.read_only = disk.child("readonly") || kind == "cdrom";
  found.may_be_missing = virt::may_be_missing(source);
  found.backed = static_cast<bool>(disk.child("backingStore").child("source"));
  return found;
}

void read_memory(const pugi::xml_node& domain, DomainDefinition& definition) {
  for (const pugi::xml_node& memory : domain.child("devices").children("memory"))
    definition.memory_devices.push_back(virt::memory_device_from(memory));
  const pugi::xml_node most = domain.child("maxMemory");
  if (!most) return;
  definition.memory_max_bytes = virt::bytes_in(most);
  definition.memory_slots = most.attribute("slots").as_int();
}

// Disks and TPMs that depend on the node itself.
void add_storage_obstacles(const pugi::xml_node& devices, std::vector<std::string>& obstacles) {
  for (const pugi::xml_node& disk : devices.children("disk")) {
    const std::string type = disk.attribute("type").value(), name = disk.child("target").attribute("dev").value();
    if (type == "nvme" || type == "vhostuser" || type == "vhostvdpa" || type == "dir")
      obstacles.push_back("disk " + name + " is a part of the node itself (" + type + ")");
    if (type == "network" && is_served_by_the_node(disk.child("source")))
      obstacles.push_back("disk " + name + " is served by the node itself (" + network_name(disk.child("source")) +
                          ")");
  }
  for (const pugi::xml_node& tpm : devices.children("tpm")) {
    if (std::string(tpm.child("backend").attribute("type").value()) == "passthrough")
      obstacles.push_back("the node's own TPM is passed through; an emulated one can move");
  }
}

// Only certain obstacles: the XML does not say whether a disk's file is shared between nodes.
void add_obstacles(const pugi::xml_node& devices, std::vector<std::string>& obstacles) {
  for (const pugi::xml_node& device : devices.children("hostdev")) {
    const std::string type = device.attribute("type").value();
    const pugi::xml_node address = device.child("source").child("address");
    obstacles.push_back("a host device is passed through (" + type +
                        (address && type == "pci" ? " " + pci_address(address) : std::string()) + ")");
  }
  for (const pugi::xml_node& interface : devices.children("interface")) {
    const std::string type = interface.attribute("type").value();
    if (type == "hostdev") obstacles.push_back("an interface is a host device that is passed through");
    if (type == "vdpa") obstacles.push_back("an interface is a vDPA device of the node");
  }
  for (const pugi::xml_node& memory : devices.children("shmem")) {
    if (std::string_view(memory.attribute("role").value()) != "master")
      obstacles.push_back(std::string("it shares memory with others on the node (") + memory.attribute("name").value() +
                          ")");
  }
  for (const pugi::xml_node& filesystem : devices.children("filesystem")) {
    const std::string folder = filesystem.child("source").attribute("dir").value();
    obstacles.push_back("a folder of the node is mounted in the guest (" + folder + ")");
  }
}

}  // namespace

telemetry::MeasuredBytes bytes_from_text(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || value < 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : {std::pair<std::string_view, std::int64_t>{"", 1},
                                     {"B", 1},
                                     {"KiB", kKibibyte},
                                     {"MiB", kMebibyte},
                                     {"GiB", kGibibyte},
                                     {"TiB", 1024 * kGibibyte}}) {
    if (unit == name && value <= INT64_MAX / factor) return value * factor;
  }
  return std::nullopt;
}

std::optional<std::string> metadata_path_fault(const std::string& xpath) {
  try {
    const pugi::xpath_query query(xpath.c_str());
    if (query.return_type() == pugi::xpath_type_node_set) return std::nullopt;
    return "'" + xpath + "' finds no element and no attribute";
  } catch (const pugi::xpath_exception& problem) {
    return "'" + xpath + "' is not an XPath: " + problem.what();
  }
}

DomainDefinition definition_from_xml(const std::string& xml, const MetadataPath& metadata) {
  DomainDefinition definition;
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node domain = document.child("domain");
  if (!parsed || !domain) {
    definition.migration_obstacles.push_back(std::string("its definition is not understood: ") +
                                             (parsed ? "there is no <domain> in it" : parsed.description()));
    return definition;
  }
  definition.emulated = std::string_view(domain.attribute("type").value()) == "qemu";
  definition.vcpus_max = int_from_text(domain.child("vcpu").text().get());
  definition.interfaces = interfaces_from(domain.child("devices"));
  definition.metadata_name = metadata_name(domain.child("metadata"), metadata);
  add_obstacles(domain.child("devices"), definition.migration_obstacles);
  add_storage_obstacles(domain.child("devices"), definition.migration_obstacles);
  if (definition.migration_obstacles.size() > kSnapshotLimits.list_items)
    definition.migration_obstacles.resize(kSnapshotLimits.list_items);  // a single one is enough
  for (const pugi::xml_node& disk : domain.child("devices").children("disk"))
    definition.disks.push_back(disk_from(disk));
  read_memory(domain, definition);
  definition.needs = needs_from(domain);
  for (const pugi::xml_node& node : domain.child("metadata").children()) {
    if (is_policy(node)) definition.policy = PolicyReader().read(node);
  }
  return definition;
}

}  // namespace hotspot::collector
