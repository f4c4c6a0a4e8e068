// How a command reaches the leader, and how its answer comes back.
#pragma once

#include "actuator/ctl/session.h"
#include "actuator/record/command.h"

namespace hotspot::ctl {

// Sends it and waits for the answer to it, at most ten seconds. Prints the answer. kDone only where the leader has said
// so of this very command; kNothing where it was refused and what it names is not there; otherwise kFailed, after a
// sentence that says what is known.
int send_and_wait(Session& session, const record::Command& command);

}  // namespace hotspot::ctl
