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

bool Selection::selects(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end() ||
         std::any_of(expressions_.begin(), expressions_.end(),
                     [&](const std::regex& expression) { return std::regex_search(name, expression); });
}

bool Selection::reports(const std::string& name) const { return selects_all() || selects(name) != ignore_selected_; }

bool Selection::reports_device(const std::string& domain, const std::string& device) const {
  return selects_all() || (selects(device) || selects(domain + ":" + device)) != ignore_selected_;
}

}  // namespace hotspot::collector
