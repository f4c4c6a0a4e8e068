// hotspotctl plan apply and plan refuse: what an operator says of recommendations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/ctl/session.h"
#include "telemetry/units.h"

namespace hotspot::ctl {

struct PlanApplyRequest {
  std::vector<std::string> what;  // files of plan show -o json, "-", ids of decisions
  std::string owner;              // empty: the user who is logged in
  bool dry_run = false;
};
// kDone: all were begun. kSkipped: some no longer hold. kFailed: some were refused, or nobody answered.
int plan_apply(Session& session, const PlanApplyRequest& request);

struct PlanRefuseRequest {
  std::string decision, reason, owner;
  std::string length;  // "2d"; empty: as hotspotd is configured
};
int plan_refuse(Session& session, const PlanRefuseRequest& request);

}  // namespace hotspot::ctl
