#include "actuator/rules/wording.h"

namespace hotspot::rules {

std::string listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

TextProblem unknown_word(std::size_t offset, const std::string& what, std::string_view word,
                         const std::vector<std::string_view>& known, const std::string& where) {
  TextProblem problem{offset, "unknown " + what + " " + quoted(word) + where, nearest(word, known)};
  if (problem.suggestion.empty()) problem.message += "; there are " + listed(known);
  return problem;
}

}  // namespace hotspot::rules
