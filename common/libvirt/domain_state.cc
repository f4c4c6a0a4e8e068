#include "common/libvirt/domain_state.h"

#include <libvirt/libvirt.h>

namespace hotspot::virt {

telemetry::DomainState domain_state(int state) {
  using telemetry::DomainState;
  switch (state) {
    case VIR_DOMAIN_RUNNING:
      return DomainState::kRunning;
    case VIR_DOMAIN_BLOCKED:
      return DomainState::kBlocked;
    case VIR_DOMAIN_PAUSED:
      return DomainState::kPaused;
    case VIR_DOMAIN_SHUTDOWN:
      return DomainState::kShutdown;
    case VIR_DOMAIN_SHUTOFF:
      return DomainState::kShutoff;
    case VIR_DOMAIN_CRASHED:
      return DomainState::kCrashed;
    case VIR_DOMAIN_PMSUSPENDED:
      return DomainState::kSuspended;
    default:
      return DomainState::kUnknown;
  }
}

std::string state_reason(int state, int reason) {
  if (state == VIR_DOMAIN_RUNNING) return reason == VIR_DOMAIN_RUNNING_MIGRATED ? "migrated" : "";
  if (state != VIR_DOMAIN_PAUSED) return "";
  switch (reason) {
    case VIR_DOMAIN_PAUSED_MIGRATION:
      return "migrating";
    case VIR_DOMAIN_PAUSED_USER:
      return "by user";
    case VIR_DOMAIN_PAUSED_IOERROR:
      return "I/O error";
    case VIR_DOMAIN_PAUSED_STARTING_UP:
      return "starting up";
    case VIR_DOMAIN_PAUSED_POSTCOPY:
      return "post-copy";
    default:
      return "";
  }
}

}  // namespace hotspot::virt
