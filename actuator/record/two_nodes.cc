#include "actuator/record/two_nodes.h"

#include <algorithm>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostPlaces = 16;

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, OnTwoNodes::Place>& one) {
  archive("uuid", one.node_uuid);
  archive("name", one.node_name);
}

template <typename Archive>
void members(Archive& archive, As<Archive, OnTwoNodes>& one) {
  archive("domain_uuid", one.domain_uuid);
  archive("domain", one.domain_name);
  archive("nodes", one.places);
  archive.unix_ms("since_ms", one.since);
  archive("certain", one.certain);
}

std::string to_json(const std::vector<OnTwoNodes>& all) {
  if (all.empty()) return "";
  const auto count = static_cast<std::ptrdiff_t>(std::min(all.size(), kMostOnTwoNodes));
  return to_line(MemberWriter::written(std::vector<OnTwoNodes>(all.begin(), all.begin() + count)));
}

Result<std::vector<OnTwoNodes>> on_two_nodes_from_json(std::string_view text) {
  std::vector<OnTwoNodes> all;
  if (text.empty()) return all;
  const nlohmann::json list = parse_json(text);
  if (!list.is_array()) return Error{"the list of domains on two nodes is no list"};
  for (const nlohmann::json& object : list) {
    if (all.size() == kMostOnTwoNodes) break;
    OnTwoNodes& one = all.emplace_back();
    if (const std::string wrong = MemberReader::read(object, one); !wrong.empty())
      return Error{"the list of domains on two nodes is not understood: " + std::to_string(all.size() - 1) + wrong};
    if (one.domain_uuid.empty() || one.places.empty())
      return Error{"the list of domains on two nodes is not understood: " + std::to_string(all.size() - 1) +
                   " names no domain, or no node"};
    one.places.resize(std::min(one.places.size(), kMostPlaces));
  }
  return all;
}

}  // namespace hotspot::record
