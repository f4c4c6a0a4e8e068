// JSON as the codecs of this folder write it: texts and numbers.
//
// PURE. What is not UTF-8 becomes U+FFFD; a number that is not finite becomes null.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

namespace hotspot::telemetry {

// With its quotes.
void append_json_string(std::string& out, std::string_view text);

// The shortest form that reads back as the same number.
template <typename Number>
requires(std::integral<Number> || std::floating_point<Number>) void append_json_number(std::string& out,
                                                                                       Number number) {
  if constexpr (std::floating_point<Number>) {
    if (!std::isfinite(number)) {
      out += "null";
      return;
    }
  }
  std::array<char, 40> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), number);
  out.append(text.data(), result.ptr);
}

}  // namespace hotspot::telemetry
