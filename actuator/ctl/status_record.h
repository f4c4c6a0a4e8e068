// The leader's record of its own state, as commands read it: one read of Redis.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// The fields of the hash `state`, and its field `status` as JSON; null if there has been no leader yet.
struct StatusRecord {
  std::map<std::string, std::string> fields;
  nlohmann::json status;
  bool known() const { return status.is_object(); }
  // A list in the status; empty if it has none, as in older versions.
  nlohmann::json list(const char* name) const;
  nlohmann::json object(const char* name) const;
};
Result<StatusRecord> read_status(Session& session);

// Prints that nobody has led this cluster yet. Returns kNothing.
int say_nobody_led(const Session& session);

}  // namespace hotspot::ctl
