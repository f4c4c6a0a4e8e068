#include "actuator/console/target.h"

#include <algorithm>
#include <utility>

#include "telemetry/utf8.h"

namespace hotspot::console {
namespace {

constexpr std::size_t kMostSegments = 8, kMostParameters = 16;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = digit_of(text[i + 1]), low = digit_of(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    out += c;
  }
  if (telemetry::find_invalid_utf8(out)) return std::nullopt;
  return out;
}

bool add_segment(std::string_view text, std::vector<std::string>& path) {
  auto segment = decoded(text);
  if (!segment || segment->empty() || *segment == "." || *segment == ".." || path.size() == kMostSegments) return false;
  if (segment->find_first_of("/\\") != std::string::npos) return false;
  path.push_back(std::move(*segment));
  return true;
}

bool add_parameter(std::string_view text, std::map<std::string, std::string>& query) {
  const std::size_t equals = std::min(text.find('='), text.size());
  auto name = decoded(text.substr(0, equals));
  auto value = decoded(equals < text.size() ? text.substr(equals + 1) : std::string_view());
  if (!name || !value || query.size() == kMostParameters) return false;
  query.try_emplace(std::move(*name), std::move(*value));
  return true;
}

}  // namespace

std::optional<Target> target_from_string(std::string_view text) {
  if (text.empty() || text.front() != '/') return std::nullopt;
  const std::size_t mark = std::min(text.find('?'), text.size());
  std::string_view path = text.substr(1, mark == 0 ? 0 : mark - 1);
  std::string_view query = mark < text.size() ? text.substr(mark + 1) : std::string_view();
  Target target;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (!add_segment(path.substr(0, slash), target.path)) return std::nullopt;
    if (slash + 1 == path.size()) return std::nullopt;  // nothing after a slash
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    if (end > 0 && !add_parameter(query.substr(0, end), target.query)) return std::nullopt;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return target;
}

}  // namespace hotspot::console
