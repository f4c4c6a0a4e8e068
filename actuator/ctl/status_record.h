// The leader's record of its own state, as commands read it: one read of Redis.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/ctl/session.h"
#include "actuator/record/status.h"

namespace hotspot::ctl {

// The fields of the hash `state`, and its field `status`.
struct StatusRecord {
  std::map<std::string, std::string> fields;  // of the hash `state`
  bool led = false;                           // there is a status: there has been a leader
  record::Status status;                      // all defaults otherwise
};
// Fails, too, if the status is of another version or damaged.
Result<StatusRecord> read_status(Session& session);

// Prints that nobody has led this cluster yet. Returns kNothing.
int say_nobody_led(const Session& session);

// What was measured of the rule's actions; null: nothing.
const record::Status::RuleTrust* trust_of(const StatusRecord& record, const std::string& rule);
// The pause, which is one of the holds; null: there is none.
const record::Status::Hold* pause_of(const record::Status& status);

}  // namespace hotspot::ctl
