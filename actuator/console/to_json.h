// The values of libhotspot as JSON, with the same names. What is not measured is left out. Times are RFC 3339 in UTC,
// lengths are seconds.
//
// PURE.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "actuator/client/client.h"

namespace hotspot::console {

std::string to_rfc3339(WallTime time);  // "2026-11-30T14:30:00.123Z"

nlohmann::json to_json(const client::Node& node);
nlohmann::json to_json(const client::Domain& domain);
nlohmann::json to_json(const client::Action& action);
nlohmann::json to_json(const client::Status& status);
nlohmann::json to_json(const client::Recommendation& recommendation);
nlohmann::json to_json(const client::RefusedRecommendation& refused);
nlohmann::json to_json(const client::Answer& answer);
// Without its record.
nlohmann::json to_json(const client::Decision& decision);

// Of all; texts that are no UTF-8 get U+FFFD in the place of what is none.
std::string to_text(const nlohmann::json& json);

template <typename T>
nlohmann::json to_json_list(const std::vector<T>& values) {
  nlohmann::json list = nlohmann::json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

}  // namespace hotspot::console
