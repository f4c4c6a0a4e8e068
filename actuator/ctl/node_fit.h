// hotspotctl node fit: where a machine of a given size would go, and why not elsewhere.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "actuator/ctl/parsed.h"
#include "actuator/plan/fit.h"

namespace hotspot::ctl {

// kDone: a node has room for all of it that is measured. kFailed: none has.
int node_fit(Session& session, const plan::MachineSize& size);
void add_node_fit(CLI::App* node, Parsed& parsed);
// --vcpus, --memory and --busy.
void add_machine_options(CLI::App* command, const std::shared_ptr<plan::MachineSize>& size);

}  // namespace hotspot::ctl
