// Words of sentences: lists and counts. PURE.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotspot::text {

// "a, b and c". Words: a container of texts; last: " and " or " or ".
template <typename Words>
std::string listed(const Words& words, std::string_view last = " and ") {
  std::string text;
  std::size_t place = 0;
  for (const auto& word : words) {
    if (place > 0) text += place + 1 == words.size() ? last : ", ";
    text += word;
    ++place;
  }
  return text;
}

// "1 node", "3 nodes".
inline std::string counted(std::size_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

}  // namespace hotspot::text
