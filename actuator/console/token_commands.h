// hotspot-console token add, list, remove: who may use the console. Exit codes as of main().
#pragma once

#include <optional>
#include <string>

#include "actuator/console/config.h"
#include "actuator/console/role.h"

namespace hotspot::console {

struct NewToken {
  std::string name, role, expires;  // "90d", "never"
};
int add_token(const Config& config, const NewToken& wanted);
int list_tokens(const Config& config);
int remove_token(const Config& config, const std::string& name);

}  // namespace hotspot::console
