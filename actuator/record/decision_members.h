// The members of parts of a decision that other records have too, as JSON. For record/ alone. PURE.
#pragma once

#include "actuator/record/decision.h"
#include "actuator/record/json_members.h"

namespace hotspot::record {

template <typename Archive>
void members(Archive& archive, As<Archive, SubjectFigures>& one) {
  if constexpr (Archive::kReads) {  // the names of an earlier version
    archive("seconds", one.predicted_total_seconds);
    archive("downtime_seconds", one.predicted_downtime_seconds);
  }
  archive("domain", one.domain);
  archive("cores_used", one.cores_used);
  archive("vcpus", one.vcpus);
  archive("balloon_bytes", one.balloon_bytes);
  archive("predicted_total_seconds", one.predicted_total_seconds);
  archive("predicted_downtime_seconds", one.predicted_downtime_seconds);
}
template <typename Archive>
void members(Archive& archive, As<Archive, Effect>& one) {
  archive("node", one.node);
  archive("cpu_ratio_before", one.cpu_ratio_before);
  archive("cpu_ratio_after", one.cpu_ratio_after);
  archive("memory_used_ratio_before", one.memory_used_ratio_before);
  archive("memory_used_ratio_after", one.memory_used_ratio_after);
}

}  // namespace hotspot::record
