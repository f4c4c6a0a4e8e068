#include "actuator/model/refusal.h"

namespace hotspot::model {

const char* to_string(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::kNotMeasured:
      return "not_measured";
    case RefusalKind::kStale:
      return "stale";
    case RefusalKind::kNoCpu:
      return "no_cpu";
    case RefusalKind::kNoMemory:
      return "no_memory";
    case RefusalKind::kAtLimit:
      return "at_limit";
    case RefusalKind::kNotMigratable:
      return "not_migratable";
    case RefusalKind::kNoConvergence:
      return "no_convergence";
    case RefusalKind::kIncompatible:
      return "incompatible";
    case RefusalKind::kNotRunning:
      return "not_running";
    case RefusalKind::kSameNode:
      return "same_node";
    case RefusalKind::kAffinity:
      return "affinity";
    case RefusalKind::kInCooldown:
      return "in_cooldown";
    case RefusalKind::kInFlight:
      return "in_flight";
    case RefusalKind::kSettling:
      return "settling";
    case RefusalKind::kTooMany:
      return "too_many";
    case RefusalKind::kHeld:
      return "held";
    case RefusalKind::kOnTwoNodes:
      return "on_two_nodes";
    case RefusalKind::kRefusedBefore:
      return "refused_before";
    case RefusalKind::kTargetCannot:
      return "target_cannot";
    case RefusalKind::kChangedByOthers:
      return "changed_by_others";
    case RefusalKind::kOutsideWindow:
      return "outside_window";
    case RefusalKind::kMode:
      return "mode";
    case RefusalKind::kNoTarget:
      return "no_target";
    case RefusalKind::kNotApplicable:
      return "not_applicable";
  }
  return "unknown";
}

}  // namespace hotspot::model
