// Parts of libvirt's XML that several readers need. For files that call libvirt.
#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::virt {

std::string text_of(const pugi::xml_node& node);

// A size that libvirt wrote: always in KiB, whatever unit it was given.
std::int64_t bytes_in(const pugi::xml_node& size);

// <memory model='virtio-mem'> of a running domain's devices. Devices of other domains have no alias.
telemetry::MemoryDevice memory_device_from(const pugi::xml_node& memory);

// <source startupPolicy='…'> of a disk: libvirt drops such an image by itself if it is missing.
bool may_be_missing(const pugi::xml_node& source);

}  // namespace hotspot::virt
