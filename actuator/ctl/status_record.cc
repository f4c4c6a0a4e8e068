#include "actuator/ctl/status_record.h"

#include "actuator/record/json_text.h"

namespace hotspot::ctl {
namespace {

nlohmann::json part_of(const nlohmann::json& status, const char* name, nlohmann::json empty) {
  const auto found = status.is_object() ? status.find(name) : status.end();
  return status.is_object() && found != status.end() && found->type() == empty.type() ? *found : empty;
}

}  // namespace

nlohmann::json StatusRecord::list(const char* name) const { return part_of(status, name, nlohmann::json::array()); }
nlohmann::json StatusRecord::object(const char* name) const { return part_of(status, name, nlohmann::json::object()); }

Result<StatusRecord> read_status(Session& session) {
  auto state = session.redis().state();
  if (!state) return state.error();
  StatusRecord record;
  record.fields = std::move(*state);
  const auto text = record.fields.find("status");
  if (text != record.fields.end()) record.status = record::parse_json(text->second);
  return record;
}

int say_nobody_led(const Session& session) {
  fail("no hotspotd has led the cluster '" + session.config().cluster + "' yet");
  return kNothing;
}

}  // namespace hotspot::ctl
