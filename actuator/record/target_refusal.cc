#include "actuator/record/target_refusal.h"

#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

using Object = nlohmann::json;
constexpr std::size_t kMostTargetRefusals = 1000;

TargetRefusal target_refusal_from(const Object& object) {
  return {.domain_uuid = object.at("domain_uuid").get<std::string>(),
          .domain_name = object.at("domain").get<std::string>(),
          .target_uuid = object.at("target_uuid").get<std::string>(),
          .target_name = object.at("target").get<std::string>(),
          .scope = object.at("scope").get<std::string>(),
          .reason = object.at("reason").get<std::string>(),
          .times = object.at("times").get<int>(),
          .at = from_unix_ms(object.at("at_ms").get<std::int64_t>()),
          .until = from_unix_ms(object.at("until_ms").get<std::int64_t>()),
          .facts = object.at("facts").get<std::string>()};
}

}  // namespace

std::string to_json(const std::vector<TargetRefusal>& all) {
  Object list = Object::array();
  for (const TargetRefusal& one : all) {
    if (list.size() == kMostTargetRefusals) break;
    list.push_back({{"domain_uuid", one.domain_uuid},
                    {"domain", one.domain_name},
                    {"target_uuid", one.target_uuid},
                    {"target", one.target_name},
                    {"scope", one.scope},
                    {"reason", one.reason},
                    {"times", one.times},
                    {"at_ms", to_unix_ms(one.at)},
                    {"until_ms", to_unix_ms(one.until)},
                    {"facts", one.facts}});
  }
  return list.empty() ? "" : list.dump(-1, ' ', false, Object::error_handler_t::replace);
}

Result<std::vector<TargetRefusal>> target_refusals_from_json(std::string_view text) {
  std::vector<TargetRefusal> all;
  if (text.empty()) return all;
  const Object list = parse_json(text);
  try {
    if (!list.is_array()) return Error{"what targets refused is no list"};
    for (const Object& one : list) {
      if (all.size() == kMostTargetRefusals) break;
      all.push_back(target_refusal_from(one));
      if (all.back().times < 1 || all.back().domain_uuid.empty()) return Error{"what a target refused is incomplete"};
    }
  } catch (const Object::exception& problem) {
    return Error{std::string("what targets refused is not understood: ") + problem.what()};
  }
  return all;
}

}  // namespace hotspot::record
