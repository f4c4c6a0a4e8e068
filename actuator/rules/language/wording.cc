#include "actuator/rules/language/wording.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "common/text/nearest.h"
#include "common/text/words.h"

namespace hotspot::rules {

TextProblem unknown_word(const UnknownWord& found, const std::vector<std::string_view>& known) {
  TextProblem problem{found.offset, "unknown " + found.what + " " + quoted(found.word) + found.where,
                      text::nearest(found.word, known)};
  if (problem.suggestion.empty()) problem.message += "; there are " + (known.empty() ? "none" : text::listed(known));
  return problem;
}

std::string large_number(double number) {
  static constexpr std::pair<double, const char*> kWords[] = {
      {1e15, "quadrillion"}, {1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}, {1e3, "thousand"}};
  for (const auto& [size, word] : kWords) {
    if (number < size) continue;
    char text[64];
    std::snprintf(text, sizeof text, number / size < 10 ? "%.1f %s" : "%.0f %s", number / size, word);
    return text;
  }
  return std::to_string(std::llround(number));
}

}  // namespace hotspot::rules
