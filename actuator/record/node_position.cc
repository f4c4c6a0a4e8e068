#include "actuator/record/node_position.h"

#include <algorithm>
#include <cstdint>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

bool is_position(const nlohmann::json& one) {
  return one.is_array() && one.size() == 6 && one[0].is_string() && one[1].is_string() &&
         std::all_of(one.begin() + 2, one.end(), [](const auto& number) { return number.is_number_unsigned(); });
}

}  // namespace

std::string to_json(const std::vector<NodePosition>& all) {
  nlohmann::json list = nlohmann::json::array();
  for (const NodePosition& one : all)
    list.push_back({one.id, one.fingerprint, one.position.boot, one.position.sequence, one.at.ms, one.at.number});
  return to_line(list);
}

Result<std::vector<NodePosition>> node_positions_from_json(std::string_view text) {
  std::vector<NodePosition> all;
  if (text.empty()) return all;
  const nlohmann::json list = parse_json(text);
  if (!list.is_array() || list.size() > kMostNodePositions)
    return Error{"the positions of nodes are not a list of at most " + std::to_string(kMostNodePositions)};
  for (const nlohmann::json& one : list) {
    if (!is_position(one))
      return Error{"a position of a node is not [id, fingerprint, boot, sequence, and two numbers of a stream id]"};
    all.push_back({.id = one[0].get<std::string>(),
                   .fingerprint = one[1].get<std::string>(),
                   .position = {one[2].get<std::uint64_t>(), one[3].get<std::uint64_t>()},
                   .at = {one[4].get<std::uint64_t>(), one[5].get<std::uint64_t>()}});
  }
  return all;
}

}  // namespace hotspot::record
