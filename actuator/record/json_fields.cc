#include "actuator/record/json_fields.h"

#include <cmath>
#include <limits>

namespace hotspot::record {
namespace {

// The last millisecond of the year 9999.
constexpr std::int64_t kLastCountedMs = 253'402'300'799'999;

const nlohmann::json* member(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found != object.end() ? &*found : nullptr;
}

}  // namespace

std::string text_in(const nlohmann::json& object, const char* name) {
  const nlohmann::json* found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> integer_in(const nlohmann::json& object, const char* name) {
  const nlohmann::json* found = member(object, name);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  return found->get<std::int64_t>();
}

std::int64_t count_in(const nlohmann::json& object, const char* name) {
  const auto number = integer_in(object, name);
  return number && *number > 0 ? *number : 0;
}

std::optional<int> small_integer_in(const nlohmann::json& object, const char* name) {
  const auto number = integer_in(object, name);
  if (!number || *number < 0 || *number > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<double> number_in(const nlohmann::json& object, const char* name) {
  const nlohmann::json* found = member(object, name);
  return found != nullptr && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

bool flag_in(const nlohmann::json& object, const char* name) {
  const nlohmann::json* found = member(object, name);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

std::optional<WallTime> ms_in(const nlohmann::json& object, const char* name) {
  const auto ms = integer_in(object, name);
  if (!ms || *ms < 0 || *ms > kLastCountedMs) return std::nullopt;
  return from_unix_ms(*ms);
}

std::optional<WallTime> seconds_in(const nlohmann::json& object, const char* name) {
  const auto seconds = number_in(object, name);
  if (!seconds || !(*seconds >= 0 && *seconds * 1000 <= static_cast<double>(kLastCountedMs))) return std::nullopt;
  return from_unix_ms(std::llround(*seconds * 1000));
}

std::vector<std::string> texts_in(const nlohmann::json& object, const char* name) {
  std::vector<std::string> texts;
  for (const nlohmann::json& one : list_in(object, name))
    if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

std::map<std::string, double> figures_in(const nlohmann::json& object, const char* name) {
  std::map<std::string, double> figures;
  for (const auto& [key, value] : object_in(object, name).items())
    if (value.is_number()) figures[key] = value.get<double>();
  return figures;
}

std::map<std::string, std::string> words_in(const nlohmann::json& object, const char* name) {
  std::map<std::string, std::string> words;
  for (const auto& [key, value] : object_in(object, name).items())
    if (value.is_string()) words[key] = value.get<std::string>();
  return words;
}

const nlohmann::json& list_in(const nlohmann::json& object, const char* name) {
  static const nlohmann::json kNone = nlohmann::json::array();
  const nlohmann::json* found = member(object, name);
  return found != nullptr && found->is_array() ? *found : kNone;
}

const nlohmann::json& object_in(const nlohmann::json& object, const char* name) {
  static const nlohmann::json kNone = nlohmann::json::object();
  const nlohmann::json* found = member(object, name);
  return found != nullptr && found->is_object() ? *found : kNone;
}

std::string to_line(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace hotspot::record
