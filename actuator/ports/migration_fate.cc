#include "actuator/ports/migration_fate.h"

namespace hotspot::ports {

Stay stay_of(const DomainFacts& source, const Result<DomainFacts, CallError>& target) {
  // A domain that does not run there may have run: its files must not be removed.
  if (target) return target->state == telemetry::DomainState::kShutoff ? Stay::kStayed : Stay::kNotKnown;
  if (target.error().fault == CallFault::kNotFound) return Stay::kStayedNotThere;
  return source.was_suspended ? Stay::kNotKnown : Stay::kStayed;
}

}  // namespace hotspot::ports
