// What a domain needs of a node that it moves to. Private to the reading of its XML: needs pugixml.
//
// PURE. What cannot be told for sure is left empty: the target's libvirt is asked again before a migration begins.
#pragma once

#include <pugixml.hpp>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// domain: the element <domain>, as libvirt tells it of a domain that runs.
TargetNeeds needs_from(const pugi::xml_node& domain);

}  // namespace hotspot::collector
