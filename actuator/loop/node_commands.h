// The commands of admins about nodes: admit, forget, rekey.
//
// What is admitted is what the operator saw: the URI and the fingerprint of the command are compared with what the node
// says now. Thread rule: the loop's thread.
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
