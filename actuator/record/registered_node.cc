#include "actuator/record/registered_node.h"

#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostBytes = 16 * 1024;
constexpr std::size_t kMostKeys = 4;
using Json = nlohmann::json;

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

WallTime time_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return from_unix_ms(found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0);
}

}  // namespace

std::string to_json(const RegisteredNode& node) {
  Json keys = Json::array();
  for (const NodeKey& key : node.keys) keys.push_back({{"key", key.key}, {"since_ms", to_unix_ms(key.since)}});
  const Json object = {{"id", node.id},
                       {"host_uuid", node.host_uuid},
                       {"name", node.name},
                       {"uri", node.uri},
                       {"keys", keys},
                       {"admitted_at_ms", to_unix_ms(node.admitted_at)},
                       {"admitted_by", node.admitted_by}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RegisteredNode> registered_node_from_json(std::string_view text) {
  if (text.size() > kMostBytes) return Error{"an entry of the registry is larger than 16 KiB"};
  const Json object = parse_json(text);
  if (!object.is_object()) return Error{"an entry of the registry is not a JSON object"};
  RegisteredNode node{.id = text_of(object, "id"),
                      .host_uuid = text_of(object, "host_uuid"),
                      .name = text_of(object, "name"),
                      .uri = text_of(object, "uri"),
                      .keys = {},
                      .admitted_at = time_of(object, "admitted_at_ms"),
                      .admitted_by = text_of(object, "admitted_by")};
  if (node.id.empty() || node.uri.empty()) return Error{"an entry of the registry has no id or no URI"};
  const auto keys = object.find("keys");
  if (keys != object.end() && keys->is_array()) {
    if (keys->size() > kMostKeys) return Error{"the entry '" + node.id + "' of the registry has more than 4 keys"};
    for (const Json& key : *keys) {
      if (key.is_object() && !text_of(key, "key").empty())
        node.keys.push_back({text_of(key, "key"), time_of(key, "since_ms")});
    }
  }
  return node;
}

}  // namespace hotspot::record
