// libvirt's pointers with their ends. For the libvirt_*.cc of this folder only.
#pragma once

#include <libvirt/libvirt.h>

#include <cstdlib>
#include <memory>

namespace hotspot::virt {

struct DomainFreer {
  void operator()(virDomainPtr domain) const { virDomainFree(domain); }
};
using DomainHandle = std::unique_ptr<virDomain, DomainFreer>;

// A connection: closing it asks libvirtd, which may hang, so that the last owner lets go of it in a TimedCalls thread.
using ConnectionHandle = std::shared_ptr<virConnect>;

struct TextFreer {
  void operator()(char* text) const { std::free(text); }
};
using TextHandle = std::unique_ptr<char, TextFreer>;

}  // namespace hotspot::virt
