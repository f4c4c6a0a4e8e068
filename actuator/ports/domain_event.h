// libvirt's events about a domain: what a snapshot would not show, or only later.
#pragma once

#include <string>

#include "telemetry/units.h"

namespace hotspot::ports {

enum class DomainEventKind {
  kRebooted,  // by itself or by somebody: QEMU keeps running
  kTuned      // CPU cap, shares or pinning were set, by us or by somebody else
};

struct DomainEvent {
  DomainEventKind kind = DomainEventKind::kRebooted;
  std::string node_uuid;
  std::string domain_uuid;
  WallTime at{};
};

}  // namespace hotspot::ports
