#include "actuator/rules/language/source_text.h"

#include <algorithm>

namespace hotspot::rules {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The least code point that needs so many bytes: a longer form of a lower one is not UTF-8.
bool is_overlong_or_surrogate(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  switch (character.size()) {
    case 2:
      return byte(0) < 0xc2;
    case 3:
      return (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xed && byte(1) >= 0xa0);
    case 4:
      return (byte(0) == 0xf0 && byte(1) < 0x90) || byte(0) > 0xf4 || (byte(0) == 0xf4 && byte(1) >= 0x90);
    default:
      return false;
  }
}

}  // namespace

std::size_t utf8_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xf0 && byte < 0xf8) return 4;
  if (byte >= 0xe0) return byte < 0xf0 ? 3 : 1;
  return byte >= 0xc0 ? 2 : 1;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text[i]);
    if (length == 1 && static_cast<unsigned char>(text[i]) >= 0x80) return i;
    if (i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k) {
      if (!is_continuation(text[i + k])) return i;
    }
    if (is_overlong_or_surrogate(text.substr(i, length))) return i;
    i += length;
  }
  return std::nullopt;
}

SourceText::SourceText(std::string_view text) : text_(text), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Position SourceText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *(after - 1);
  const auto before = text_.substr(start, offset - start);
  const auto columns = std::count_if(before.begin(), before.end(), [](char c) { return !is_continuation(c); });
  return {static_cast<int>(after - line_starts_.begin()), static_cast<int>(columns) + 1};
}

std::string_view SourceText::line(int number) const {
  const auto index = static_cast<std::size_t>(number) - 1;
  if (number < 1 || index >= line_starts_.size()) return {};
  const std::size_t start = line_starts_[index];
  const std::size_t end = index + 1 < line_starts_.size() ? line_starts_[index + 1] - 1 : text_.size();
  std::string_view found = text_.substr(start, end - start);
  if (!found.empty() && found.back() == '\r') found.remove_suffix(1);
  return found;
}

}  // namespace hotspot::rules
