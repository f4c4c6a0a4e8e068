// Helpers for the wording of messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/language/diagnostic.h"

namespace hotspot::rules {

// A problem in a text and its byte offset.
struct TextProblem {
  std::size_t offset = 0;
  std::string message;
  std::string suggestion;
  Severity severity = Severity::kError;
};

// 'text'. An object, not a function: for a std::string argument a function would compete with std::quoted, which newer
// standard libraries include with <chrono>.
inline constexpr struct {
  std::string operator()(std::string_view text) const { return "'" + std::string(text) + "'"; }
} quoted;
// "605 million", "3 thousand".
std::string large_number(double number);

struct UnknownWord {
  std::string what;  // "mode"
  std::string_view word;
  std::size_t offset = 0;
  std::string where = {};  // " in a rule"
};

// "unknown mode 'enforcd' in a rule", with the nearest word as suggestion; if none is near, with the list of all.
TextProblem unknown_word(const UnknownWord& found, const std::vector<std::string_view>& known);

}  // namespace hotspot::rules
