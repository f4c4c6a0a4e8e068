// What the leader wrote of itself, as a command reads it: one look at Redis.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// The fields of the hash `state`, and the field `status` as JSON; null where nobody has led yet.
struct StatusRecord {
  std::map<std::string, std::string> fields;
  nlohmann::json status;
  bool known() const { return status.is_object(); }
  // A list of it; empty where it has none, as of an older version.
  nlohmann::json list(const char* name) const;
  nlohmann::json object(const char* name) const;
};
Result<StatusRecord> read_status(Session& session);

// Says that nobody has led this cluster yet. Returns kNothing.
int say_nobody_led(const Session& session);

}  // namespace hotspot::ctl
