// Pieces of libvirt's XML that several readers need. For the files that speak with libvirt.
#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <string>

#include "telemetry/snapshot.h"

namespace hotspot::virt {

std::string text_of(const pugi::xml_node& node);

// A size that libvirt wrote: it writes KiB, whatever unit it was given.
std::int64_t bytes_in(const pugi::xml_node& size);

// <memory model='virtio-mem'> of a running domain's devices. Only a running one's have an alias.
telemetry::MemoryDevice memory_device_from(const pugi::xml_node& memory);

// <source startupPolicy='…'> of a disk: libvirt drops such an image by itself where it is missing.
bool may_be_missing(const pugi::xml_node& source);

}  // namespace hotspot::virt
