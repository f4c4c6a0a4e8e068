// The command that a request asks for, from its operation, the name in its path and its body.
//
// PURE: anybody may have sent it.
#pragma once

#include <string>
#include <string_view>

#include "actuator/client/client.h"
#include "actuator/console/operations.h"
#include "telemetry/result.h"

namespace hotspot::console {

struct CommandRequest {
  Operation operation{};
  std::string name;   // from the path: a node, an action, a hold or a recommendation
  std::string body;   // JSON; empty: an object without fields
  std::string owner;  // the user
};

// An error: a sentence that names the field. Fields that are not known are errors, too.
Result<client::Command> command_from(const CommandRequest& request);

}  // namespace hotspot::console
