// One domain's record of the bulk call, field by field.
//
// Private to the libvirt reader, and to its test: needs libvirt's types.
#pragma once

#include <libvirt/libvirt.h>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

DomainReading reading_from(const virDomainStatsRecord& record);

}  // namespace hotspot::collector
