// Admission as it is recorded in the fields `status` and `admission` of the state hash. PURE.
#pragma once

#include "actuator/loop/admission.h"
#include "actuator/record/admission.h"
#include "actuator/record/status.h"

namespace hotspot::loop {

record::Admission admission_record(const Admission& admission);

// Counts, and the newest sentence of each kind of refusal; a part of `status`.
record::Status::Admission admission_summary(const Admission& admission);

}  // namespace hotspot::loop
