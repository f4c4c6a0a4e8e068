// hotspotctl plan why: what the planner would do about a domain or a node now, why, and what was done lately.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// kNothing: no domain and no node is called so. kFailed: several are, or what the planner would do cannot be told.
int plan_why(Session& session, const std::string& word);
void add_plan_why(CLI::App& plan, Parsed& parsed);

}  // namespace hotspot::ctl
