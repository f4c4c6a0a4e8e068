// The members of a hold that have one form in `state` and in the status: all but its times. For record/ alone. PURE.
#pragma once

#include "actuator/record/hold.h"
#include "actuator/record/json_members.h"

namespace hotspot::record {

template <typename Archive>
void members_but_times(Archive& archive, As<Archive, Hold>& one) {
  archive("id", one.id);
  archive("on", one.on);
  archive("name", one.name);
  archive("uuid", one.uuid);
  archive("owner", one.owner);
  archive("reason", one.reason);
}

}  // namespace hotspot::record
