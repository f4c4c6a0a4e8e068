// hotspotctl plan show: the recommendations that wait for an operator.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "actuator/ctl/session.h"
#include "actuator/record/recommendation.h"

namespace hotspot::ctl {

int plan_show(Session& session);

// "migrate to h2 for web1".
std::string what_text(const record::Recommendation& one);
// As a file holds them: of which cluster, when it was read, and each.
nlohmann::json plan_json(const std::string& cluster, double at, const record::Recommendations& all);

}  // namespace hotspot::ctl
