// Sends a command to the leader and waits for its answer.
#pragma once

#include "actuator/client/client.h"
#include "actuator/client/connection.h"
#include "actuator/record/command.h"

namespace hotspot::client {

// Waits for at most ten seconds. Answer::Kind::kDone only if the leader confirmed this very command; kUnanswered with a
// sentence that says what is known. An error: it could not be sent, or will not be carried out.
Result<Answer> send(Connection& connection, const record::Command& command);
const char* to_string(Answer::Kind kind);  // "done", "refused", "skipped", "unanswered"

// An error: a word or a text of it cannot be right.
Result<record::Command> command_of(const Command& command);

}  // namespace hotspot::client
