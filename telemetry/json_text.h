// Writes JSON texts and numbers for the codecs of this folder.
//
// PURE. Bytes that are not UTF-8 become U+FFFD; a number that is not finite becomes null.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

namespace hotspot::telemetry {

// Appends the text with its quotes.
void append_json_string(std::string& out, std::string_view text);

// Appends the shortest form that reads back as the same number.
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
