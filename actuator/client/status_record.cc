#include "actuator/client/status_record.h"

#include <algorithm>

#include "actuator/plan/hold.h"

namespace hotspot::client {

Result<StatusRecord> read_status(Connection& connection) {
  auto state = connection.redis().state();
  if (!state) return state.error();
  StatusRecord record;
  record.fields = std::move(*state);
  const auto text = record.fields.find("status");
  if (text == record.fields.end()) return record;
  auto status = record::status_from_json(text->second);
  if (!status)
    return Error{"what Redis holds of the cluster '" + connection.cluster() +
                 "' is of another version, or damaged: " + status.error().message};
  record.led = true;
  record.status = std::move(*status);
  return record;
}

bool is_pause(const record::Status::Hold& hold) { return hold.id == plan::kPauseId; }

const record::Status::RuleTrust* trust_of(const StatusRecord& record, const std::string& rule) {
  for (const record::Status::RuleTrust& one : record.status.rule_trust)
    if (one.rule == rule) return &one;
  return nullptr;
}

const record::Status::Hold* pause_of(const record::Status& status) {
  const auto found = std::find_if(status.holds.begin(), status.holds.end(), is_pause);
  return found != status.holds.end() ? &*found : nullptr;
}

}  // namespace hotspot::client
