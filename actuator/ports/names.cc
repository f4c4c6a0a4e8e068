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

}  // namespace hotspot::ports
