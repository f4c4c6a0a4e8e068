#include "actuator/record/decision_head.h"

#include <algorithm>
#include <charconv>

#include "common/text/ascii.h"

namespace hotspot::record {

std::string to_string(const DecisionHead& head) { return std::to_string(head.number) + ":" + head.hash; }

std::optional<DecisionHead> decision_head_from_string(std::string_view text) {
  const std::size_t digits = std::min(text.find(':'), text.size());
  const std::string_view number = text.substr(0, digits), hash = text.substr(std::min(digits + 1, text.size()));
  const bool is_hash = hash.size() == kHashDigits && std::all_of(hash.begin(), hash.end(), [](char c) {
                         return text::is_digit(c) || (c >= 'a' && c <= 'f');
                       });
  if (!is_hash || number.empty() || !std::all_of(number.begin(), number.end(), text::is_digit)) return std::nullopt;
  if (number.size() > 1 && number.front() == '0') return std::nullopt;
  DecisionHead head{.number = 0, .hash = std::string(hash)};
  if (std::from_chars(number.data(), number.data() + number.size(), head.number).ec != std::errc()) return std::nullopt;
  if (head.number > kMostDecisions || (head.number == 0 && head != DecisionHead{})) return std::nullopt;
  return head;
}

std::string hashed_text(std::string_view decision, std::string_view previous) {
  std::string text;
  text.reserve(decision.size() + previous.size() + 2);
  text.append(decision).append("\n").append(previous).append("\n");
  return text;
}

}  // namespace hotspot::record
