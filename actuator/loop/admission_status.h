// Admission as JSON, for the fields `status` and `admission` of the state hash. PURE.
#pragma once

#include <string>

#include "actuator/loop/admission.h"
#include "actuator/record/status.h"

namespace hotspot::loop {

// In `state`: {"admitted": [...], "waiting": [...]}, each with its standing, and why it does not count.
inline constexpr const char* kAdmissionField = "admission";
std::string admission_to_json(const Admission& admission);

// Counts, and the newest sentence of each kind of refusal; a part of `status`.
record::Status::Admission admission_summary(const Admission& admission);

}  // namespace hotspot::loop
