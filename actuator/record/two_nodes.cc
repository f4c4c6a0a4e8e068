#include "actuator/record/two_nodes.h"

#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

using nlohmann::json;
constexpr std::size_t kMostPlaces = 16;

OnTwoNodes on_two_nodes_from(const json& object) {
  OnTwoNodes one{.domain_uuid = object.at("domain_uuid").get<std::string>(),
                 .domain_name = object.at("domain").get<std::string>(),
                 .places = {},
                 .since = from_unix_ms(object.at("since_ms").get<std::int64_t>()),
                 .certain = object.at("certain").get<bool>()};
  for (const json& place : object.at("nodes")) {
    if (one.places.size() == kMostPlaces) break;
    one.places.push_back({place.at("uuid").get<std::string>(), place.at("name").get<std::string>()});
  }
  return one;
}

}  // namespace

std::string to_json(const std::vector<OnTwoNodes>& all) {
  json list = json::array();
  for (const OnTwoNodes& one : all) {
    if (list.size() == kMostOnTwoNodes) break;
    json nodes = json::array();
    for (const OnTwoNodes::Place& place : one.places)
      nodes.push_back({{"uuid", place.node_uuid}, {"name", place.node_name}});
    list.push_back({{"domain_uuid", one.domain_uuid},
                    {"domain", one.domain_name},
                    {"nodes", nodes},
                    {"since_ms", to_unix_ms(one.since)},
                    {"certain", one.certain}});
  }
  return list.empty() ? "" : list.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::vector<OnTwoNodes>> on_two_nodes_from_json(std::string_view text) {
  std::vector<OnTwoNodes> all;
  if (text.empty()) return all;
  const json list = parse_json(text);
  try {
    if (!list.is_array()) return Error{"the list of domains on two nodes is no list"};
    for (const json& one : list) {
      if (all.size() == kMostOnTwoNodes) break;
      all.push_back(on_two_nodes_from(one));
    }
  } catch (const json::exception& problem) {
    return Error{std::string("the list of domains on two nodes is not understood: ") + problem.what()};
  }
  return all;
}

}  // namespace hotspot::record
