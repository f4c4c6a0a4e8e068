// One domain's record of a bulk call, field by field.
//
// Private to the libvirt reader, and to its test: needs libvirt's types.
#pragma once

#include <libvirt/libvirt.h>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

// What the record has; what is not in it stays empty.
DomainReading reading_from(const virDomainStatsRecord& record);

// Of any whole-number type; nothing for others, and for what does not fit.
}  // namespace hotspot::collector
