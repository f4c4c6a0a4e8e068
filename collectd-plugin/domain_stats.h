// Reads one domain's record of a bulk call, field by field.
//
// Private to the libvirt reader and its test: needs libvirt's types.
#pragma once

#include <libvirt/libvirt.h>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// Fields that are missing in the record stay empty.
DomainReading reading_from(const virDomainStatsRecord& record);

}  // namespace hotspot::collector
