#include "actuator/loop/steering_state.h"

#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

WallTime time_of(const Json& object, const char* name) { return from_unix_ms(object.at(name).get<std::int64_t>()); }

plan::Hold hold_from(const Json& json) {
  plan::Hold hold;
  hold.id = json.at("id").get<std::string>();
  const auto on = plan::hold_on_from_string(json.at("on").get<std::string>());
  if (!on || hold.id.empty()) throw std::invalid_argument("a hold is on something that we do not know");
  hold.on = *on;
  hold.name = json.at("name").get<std::string>();
  hold.uuid = json.at("uuid").get<std::string>();
  hold.owner = json.at("owner").get<std::string>();
  hold.reason = json.at("reason").get<std::string>();
  hold.since = time_of(json, "since_ms");
  if (!json.at("until_ms").is_null()) hold.until = time_of(json, "until_ms");
  hold.for_a_time = json.at("for_a_time").get<bool>();
  if (const auto ms = json.find("length_ms"); ms != json.end() && !ms->is_null())
    hold.length = Milliseconds(ms->get<std::int64_t>());
  return hold;
}

template <typename T, typename Read>
Result<T> read(const std::string& text, Read read_json) {
  T result;
  if (text.empty()) return result;
  const Json json = record::parse_json(text);
  if (json.is_discarded()) return Error{"it is not JSON, or is nested too deep"};
  try {
    read_json(json, result);
  } catch (const std::exception& problem) {
    return Error{problem.what()};
  }
  return result;
}

}  // namespace

std::string to_json(const HoldState& state) {
  Json holds = Json::array();
  for (const plan::Hold& hold : state.holds) {
    holds.push_back({{"id", hold.id},
                     {"on", plan::to_string(hold.on)},
                     {"name", hold.name},
                     {"uuid", hold.uuid},
                     {"owner", hold.owner},
                     {"reason", hold.reason},
                     {"since_ms", to_unix_ms(hold.since)},
                     {"until_ms", hold.until ? Json(to_unix_ms(*hold.until)) : Json(nullptr)},
                     {"for_a_time", hold.for_a_time},
                     {"length_ms", hold.length ? Json(hold.length->count()) : Json(nullptr)}});
  }
  return dumped({{"last_number", state.last_number}, {"holds", holds}});
}

Result<HoldState> holds_from_json(const std::string& text) {
  return read<HoldState>(text, [](const Json& json, HoldState& state) {
    state.last_number = json.at("last_number").get<int>();
    for (const Json& one : json.at("holds")) state.holds.push_back(hold_from(one));
  });
}

std::string to_json(const ForeignState& state) {
  Json rests = Json::object();
  for (const auto& [uuid, rest] : state.rests) {
    rests[uuid] = {{"domain", rest.domain_name},
                   {"what", rest.what},
                   {"at_ms", to_unix_ms(rest.at)},
                   {"until_ms", to_unix_ms(rest.until)}};
  }
  return dumped({{"judged_until_ms", to_unix_ms(state.judged_until)}, {"rests", rests}});
}

Result<ForeignState> foreign_from_json(const std::string& text) {
  return read<ForeignState>(text, [](const Json& json, ForeignState& state) {
    state.judged_until = time_of(json, "judged_until_ms");
    for (const auto& [uuid, rest] : json.at("rests").items()) {
      state.rests[uuid] = {rest.at("domain").get<std::string>(), rest.at("what").get<std::string>(),
                           time_of(rest, "at_ms"), time_of(rest, "until_ms")};
    }
  });
}

}  // namespace hotspot::loop
