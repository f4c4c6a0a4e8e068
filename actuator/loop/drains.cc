#include "actuator/loop/drains.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"

namespace hotspot::loop {

using Json = nlohmann::json;

std::set<std::string> Drains::uuids() const {
  std::set<std::string> uuids;
  for (const auto& [uuid, drained] : all_) uuids.insert(uuid);
  return uuids;
}

std::string Drains::save() const {
  if (all_.empty()) return "";
  Json json = Json::object();
  for (const auto& [uuid, drained] : all_) {
    json[uuid] = {{"node", drained.node},
                  {"owner", drained.owner},
                  {"reason", drained.reason},
                  {"since", to_unix_seconds(drained.since)}};
    if (!drained.phase.empty()) json[uuid]["phase"] = drained.phase;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> Drains::restore(const std::string& text) {
  const Json json = text.empty() ? Json::object() : record::parse_json(text);
  if (!json.is_object()) return Error{"it is not JSON"};
  std::map<std::string, Drained> all;
  for (const auto& [uuid, one] : json.items()) {
    if (!one.is_object()) return Error{"the entry of " + uuid + " is not ours"};
    const auto text_of = [&entry = one](const char* key) {
      const auto found = entry.find(key);
      return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const auto since = one.find("since");
    const double seconds = since != one.end() && since->is_number() ? since->get<double>() : 0;
    all[uuid] = {text_of("node"), text_of("owner"), text_of("reason"), from_unix_ms(std::llround(seconds * 1000)),
                 text_of("phase")};
  }
  all_ = std::move(all);
  return {};
}

}  // namespace hotspot::loop
