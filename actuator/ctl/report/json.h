// A report as JSON, in the format of docs/hotspotctl.schema.json. Names are unchanged.
//
// PURE.
#pragma once

#include <nlohmann/json.hpp>

#include "actuator/ctl/report/facts.h"

namespace hotspot::ctl::report {

nlohmann::json as_json(const Report& report, const About& about);

}  // namespace hotspot::ctl::report
