#include "telemetry/machine_types.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace hotspot::telemetry {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Name {
  std::string_view family;   // "pc-q35-"
  std::string_view version;  // "7.2"; "" if it has none
};

Name split(std::string_view name) {
  std::size_t at = name.size();
  while (at > 0 && (is_digit(name[at - 1]) || name[at - 1] == '.')) --at;
  while (at < name.size() && name[at] == '.') ++at;
  return {name.substr(0, at), name.substr(at)};
}

// The numeric parts, for comparing: 10.0 comes after 9.2.
std::vector<std::uint64_t> numbers_of(std::string_view version) {
  constexpr std::uint64_t kMost = 1'000'000'000;
  std::vector<std::uint64_t> numbers(1, 0);
  for (const char c : version) {
    if (c == '.') {
      numbers.push_back(0);
    } else {
      numbers.back() = std::min(kMost, numbers.back() * 10 + static_cast<std::uint64_t>(c - '0'));
    }
  }
  return numbers;
}

bool is_older(std::string_view a, std::string_view b) { return numbers_of(a) < numbers_of(b); }

bool has(std::string_view word, std::string_view name) {
  if (word == name) return true;
  const std::size_t dots = word.find("..");
  if (dots == std::string_view::npos) return false;
  const Name oldest = split(word.substr(0, dots)), asked = split(name);
  const Name newest = split(word.substr(dots + 2));
  return !asked.version.empty() && newest.family.empty() && asked.family == oldest.family &&
         !is_older(asked.version, oldest.version) && !is_older(newest.version, asked.version);
}

}  // namespace

std::string machine_types_text(const std::vector<std::string>& names) {
  std::map<std::string_view, std::vector<std::string_view>> families;
  for (const std::string& name : names) families[split(name).family].push_back(split(name).version);
  std::string text;
  for (const auto& [family, versions] : families) {
    const auto [oldest, newest] = std::minmax_element(versions.begin(), versions.end(), is_older);
    text += text.empty() ? "" : " ";
    text += std::string(family) + std::string(*oldest);
    if (*oldest != *newest) text += ".." + std::string(*newest);
  }
  return text;
}

bool has_machine_type(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (has(text.substr(0, end), name)) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

}  // namespace hotspot::telemetry
