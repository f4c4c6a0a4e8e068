#include "collectd-plugin/selection.h"

#include <algorithm>

namespace hotspot::collector {

std::optional<std::string> Selection::add(const std::string& pattern) {
  if (pattern.size() < 2 || pattern.front() != '/' || pattern.back() != '/') {
    names_.push_back(pattern);
    return std::nullopt;
  }
  try {
    expressions_.emplace_back(pattern.substr(1, pattern.size() - 2), std::regex::extended | std::regex::nosubs);
  } catch (const std::regex_error& problem) {
    return "'" + pattern + "' is not a regular expression: " + problem.what();
  }
  return std::nullopt;
}

bool Selection::reports(const std::string& name) const {
  if (names_.empty() && expressions_.empty()) return true;
  const bool selected =
      std::find(names_.begin(), names_.end(), name) != names_.end() ||
      std::any_of(expressions_.begin(), expressions_.end(), [&](const std::regex& e) { return std::regex_search(name, e); });
  return selected != ignore_selected_;
}

}  // namespace hotspot::collector
