// Extracts from a domain's XML what decisions need.
//
// PURE. The policy is the operator's own element in the domain's metadata:
//
//  <metadata>
//    <hotspot:policy xmlns:hotspot="https://hotspot/xmlns/policy/1" mode="enforce" priority="1">
//      <hotspot:vcpus min="1" max="4"/>
//      <hotspot:memory min="128MiB" max="1GiB"/>
//      <hotspot:group>web</hotspot:group>
//      <hotspot:affinity>cache</hotspot:affinity>
//      <hotspot:anti-affinity>web</hotspot:anti-affinity>
//      <hotspot:storage>copy</hotspot:storage>
//    </hotspot:policy>
//  </metadata>
#pragma once

#include <optional>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// Where the operator keeps a name in the domain's metadata: the namespace of an element, and an XPath within it,
// without prefixes.
struct MetadataPath {
  std::string name_space = "http://openstack.org/xmlns/libvirt/nova/1.0";
  std::string xpath = "/instance/name/text()";
};

// Why the XPath is invalid, as a sentence; empty if it is valid.
std::optional<std::string> metadata_path_fault(const std::string& xpath);

// XML that cannot be parsed gives an obstacle that says so: such a domain is not moved.
DomainDefinition definition_from_xml(const std::string& xml, const MetadataPath& metadata = {});

// "128MiB", "1GiB", "4096" (bytes). Empty for anything else.
telemetry::MeasuredBytes bytes_from_text(const std::string& text);

}  // namespace hotspot::collector
