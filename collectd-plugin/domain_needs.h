// Extracts what a domain needs from a migration target. Private to the XML reader: needs pugixml.
//
// PURE. What is not certain is left empty: the target's libvirt is asked before a migration begins.
#pragma once

#include <pugixml.hpp>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// domain: the element <domain> of a running domain, as libvirt returns it.
TargetNeeds needs_from(const pugi::xml_node& domain);

}  // namespace hotspot::collector
