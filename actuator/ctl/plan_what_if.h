// hotspotctl plan what-if: a node more, a node less, machines more: does it still fit, and what would move.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "actuator/ctl/parsed.h"
#include "actuator/plan/fit.h"

namespace hotspot::ctl {

struct WhatIfRequest {
  std::vector<std::string> more, less;  // names or host UUIDs: nodes like these come; these go
  bool machine = false;
  int count = 1;  // of machines
  plan::MachineSize size;
};

// kDone: it fits. kFailed: it does not. kNothing: there is no such node.
int plan_what_if(Session& session, const WhatIfRequest& request);
void add_plan_what_if(CLI::App& plan, Parsed& parsed);

}  // namespace hotspot::ctl
