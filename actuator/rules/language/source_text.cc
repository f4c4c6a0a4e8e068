#include "actuator/rules/language/source_text.h"

#include <algorithm>

#include "telemetry/utf8.h"

namespace hotspot::rules {
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
  const auto columns =
      std::count_if(before.begin(), before.end(), [](char c) { return !telemetry::continues_character(c); });
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
