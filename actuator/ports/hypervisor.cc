#include "actuator/ports/hypervisor.h"

namespace hotspot::ports {

const char* to_string(CallFault fault) {
  switch (fault) {
    case CallFault::kNotFound:
      return "not_found";
    case CallFault::kUnreachable:
      return "unreachable";
    case CallFault::kRefused:
      return "refused";
    case CallFault::kBusy:
      return "busy";
    case CallFault::kCancelled:
      return "cancelled";
    case CallFault::kDryRun:
      return "dry_run";
  }
  return "unknown";
}

bool runs(const DomainFacts& facts) {
  return facts.state == telemetry::DomainState::kRunning || facts.state == telemetry::DomainState::kBlocked;
}

const telemetry::MemoryDevice* find_memory_device(const DomainFacts& facts, const std::string& device) {
  for (const telemetry::MemoryDevice& one : facts.memory_devices)
    if (one.device == device) return &one;
  return nullptr;
}

}  // namespace hotspot::ports
