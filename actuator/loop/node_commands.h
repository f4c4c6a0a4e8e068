// The admin commands for nodes: admit, forget, rekey.
//
// Admits only what the operator saw: the URI and the fingerprint in the command are compared with what the node reports
// now. Thread rule: the loop's thread.
#pragma once

#include <optional>

#include "actuator/loop/node_admin.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"

namespace hotspot::loop {

// Empty: it is another command.
std::optional<record::Verdict> run_node_command(NodeAdmin& admin, const record::Command& command,
                                                const NodeAdmin::Writer& writer);

}  // namespace hotspot::loop
