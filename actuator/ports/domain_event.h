// What libvirt tells of a domain at once, where a snapshot would not show it, or only later.
#pragma once

#include <string>

#include "telemetry/units.h"

namespace hotspot::ports {

enum class DomainEventKind {
  kRebooted,  // by itself or by somebody: the same QEMU goes on
  kTuned      // CPU cap, shares or pinning were set, by us or by somebody else
};

struct DomainEvent {
  DomainEventKind kind = DomainEventKind::kRebooted;
  std::string node_uuid;
  std::string domain_uuid;
  WallTime at{};
};

}  // namespace hotspot::ports
