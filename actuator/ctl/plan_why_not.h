// hotspotctl plan why-not: what keeps a domain from going to a node, and what would make it possible.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// kDone: it could go there now. kFailed: it would not. kNothing: there is no such domain or node.
int plan_why_not(Session& session, const std::string& domain, const std::string& node);
void add_plan_why_not(CLI::App& plan, Parsed& parsed);

}  // namespace hotspot::ctl
