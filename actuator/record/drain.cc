#include "actuator/record/drain.h"

#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {

std::string to_json(const Drains& drains) {
  if (drains.empty()) return "";
  nlohmann::json all = nlohmann::json::object();
  for (const auto& [uuid, drain] : drains) {
    all[uuid] = {{"node", drain.node},
                 {"owner", drain.owner},
                 {"reason", drain.reason},
                 {"since", to_unix_seconds(drain.since)}};
    if (!drain.phase.empty()) all[uuid]["phase"] = drain.phase;
  }
  return to_line(all);
}

Result<Drains> drains_from_json(std::string_view text) {
  Drains drains;
  if (text.empty()) return drains;
  if (text.size() > kMostDrainsBytes) return Error{"it is longer than 32 MiB"};
  const nlohmann::json all = parse_json(text);
  if (!all.is_object()) return Error{"it is not JSON"};
  for (const auto& [uuid, one] : all.items()) {
    if (!one.is_object()) return Error{"the entry of " + uuid + " is not ours"};
    drains[uuid] = {.node = text_in(one, "node"),
                    .owner = text_in(one, "owner"),
                    .reason = text_in(one, "reason"),
                    .since = seconds_in(one, "since").value_or(WallTime{}),
                    .phase = text_in(one, "phase")};
  }
  return drains;
}

}  // namespace hotspot::record
