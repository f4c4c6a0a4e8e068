// The leader's record of its own state: one read of Redis.
#pragma once

#include <map>
#include <string>

#include "actuator/client/connection.h"
#include "actuator/record/status.h"

namespace hotspot::client {

// The fields of the hash `state`, and its field `status`.
struct StatusRecord {
  std::map<std::string, std::string> fields;  // of the hash `state`
  bool led = false;                           // there is a status: there has been a leader
  record::Status status;                      // all defaults otherwise
};
// Fails, too, if the status is of another version or damaged.
Result<StatusRecord> read_status(Connection& connection);

// What was measured of the rule's actions; null: nothing.
const record::Status::RuleTrust* trust_of(const StatusRecord& record, const std::string& rule);
bool is_pause(const record::Status::Hold& hold);
// The pause, which is one of the holds; null: there is none.
const record::Status::Hold* pause_of(const record::Status& status);

}  // namespace hotspot::client
