#include "actuator/record/registry.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

// 10,000 entries of the usual size are a tenth of it.
constexpr std::size_t kMostFileBytes = 64u << 20;

std::int64_t revision_of(const std::string& text) {
  std::int64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  return error == std::errc() && end == text.data() + text.size() && revision > 0 ? std::min(revision, kLastRevision)
                                                                                  : 0;
}

}  // namespace

Registry registry_from_fields(const std::map<std::string, std::string>& fields) {
  Registry registry;
  for (const auto& [id, text] : fields) {
    if (id == kRevisionField) {
      registry.revision = revision_of(text);
      continue;
    }
    auto node = registered_node_from_json(text);
    if (node && node->id != id) node = Error{"the entry says that it is '" + node->id + "'"};
    if (node && registry.nodes.size() >= kMostRegisteredNodes)
      node = Error{"the registry has more than " + std::to_string(kMostRegisteredNodes) + " nodes"};
    if (node)
      registry.nodes.emplace(id, std::move(*node));
    else
      registry.unreadable.emplace(id, node.error().message);
  }
  return registry;
}

std::string to_json(const Registry& registry) {
  nlohmann::json nodes = nlohmann::json::array();
  for (const auto& [id, node] : registry.nodes) nodes.push_back(nlohmann::json::parse(to_json(node)));
  const nlohmann::json object = {{"schema", 1}, {"revision", registry.revision}, {"nodes", nodes}};
  return object.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Registry> registry_from_json(std::string_view text) {
  if (text.size() > kMostFileBytes) return Error{"it is larger than 64 MiB"};
  const auto object = parse_json(text);
  if (!object.is_object()) return Error{"it is not a JSON object"};
  const auto nodes = object.find("nodes");
  const auto revision = object.find("revision");
  if (nodes == object.end() || !nodes->is_array() || revision == object.end() || !revision->is_number_integer())
    return Error{"it has no 'revision' or no list 'nodes'"};
  std::map<std::string, std::string> fields;
  for (const auto& node : *nodes) {
    const std::string line = node.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const auto read = registered_node_from_json(line);
    if (!read) return Error{read.error().message};
    fields[read->id] = line;
  }
  Registry registry = registry_from_fields(fields);
  registry.revision = std::clamp<std::int64_t>(revision->get<std::int64_t>(), 0, kLastRevision);
  return registry;
}

}  // namespace hotspot::record
