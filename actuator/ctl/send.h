// Sends a command to the leader and waits for its answer.
#pragma once

#include "actuator/ctl/session.h"
#include "actuator/record/command.h"

namespace hotspot::ctl {

// Waits for the answer to this command for at most ten seconds, and prints it. kDone only if the leader confirmed this
// very command; kNothing if it was refused because what it names does not exist; otherwise kFailed, after a sentence
// that says what is known.
int send_and_wait(Session& session, const record::Command& command);

}  // namespace hotspot::ctl
