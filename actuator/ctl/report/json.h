// A report as JSON: docs/hotspotctl.schema.json has its shape. It says what there is, names included.
//
// PURE.
#pragma once

#include <nlohmann/json.hpp>

#include "actuator/ctl/report/facts.h"

namespace hotspot::ctl::report {

nlohmann::json as_json(const Report& report, const About& about);

}  // namespace hotspot::ctl::report
