// Members of a JSON object that anybody may have written: one of another type than is expected counts as absent.
//
// PURE. Nothing throws; `object` may be of any type, discarded too.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::record {

std::string text_in(const nlohmann::json& object, const char* name);  // absent: ""
std::optional<std::int64_t> integer_in(const nlohmann::json& object, const char* name);
std::int64_t count_in(const nlohmann::json& object, const char* name);                // absent or negative: 0
std::optional<int> small_integer_in(const nlohmann::json& object, const char* name);  // 0 up to what an int holds
std::optional<double> number_in(const nlohmann::json& object, const char* name);
bool flag_in(const nlohmann::json& object, const char* name);  // absent: false

// Times before 1970 and after the year 9999 count as absent: later ones overflow where times are added.
std::optional<WallTime> ms_in(const nlohmann::json& object, const char* name);       // written as unix milliseconds
std::optional<WallTime> seconds_in(const nlohmann::json& object, const char* name);  // as unix seconds, with fractions

std::vector<std::string> texts_in(const nlohmann::json& object, const char* name);
std::map<std::string, double> figures_in(const nlohmann::json& object, const char* name);
std::map<std::string, std::string> words_in(const nlohmann::json& object, const char* name);  // texts by name

// A member that is a list, or an object; an empty one where it is neither.
const nlohmann::json& list_in(const nlohmann::json& object, const char* name);
const nlohmann::json& object_in(const nlohmann::json& object, const char* name);

// On one line; what is not UTF-8, such as libvirt's words in another encoding, is replaced.
std::string to_line(const nlohmann::json& json);

}  // namespace hotspot::record
