#include "collectd-plugin/selection.h"

#include <algorithm>

namespace hotspot::collector {
namespace {

constexpr std::size_t kMaxRememberedName = 512;

}  // namespace

std::optional<std::string> Selection::add(const std::string& pattern) {
  if (pattern.size() < 2 || pattern.front() != '/' || pattern.back() != '/') {
    names_.push_back(pattern);
    return std::nullopt;
  }
  auto expression = pattern::Pattern::compile_posix(pattern.substr(1, pattern.size() - 2));
  if (!expression) return "'" + pattern + "' is not a regular expression: " + expression.error().message;
  expressions_.push_back(std::move(expression).value());
  return std::nullopt;
}

bool Selection::selects(const std::string& name) const {
  if (expressions_.empty()) return finds(name);
  if (const auto known = remembered_.find(name); known != remembered_.end()) return known->second;
  const bool found = finds(name);
  // Domains come and go: a full cache starts again empty. Very long names are not worth the memory.
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  if (name.size() <= kMaxRememberedName) remembered_.emplace(name, found);
  return found;
}

bool Selection::finds(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end() ||
         std::any_of(expressions_.begin(), expressions_.end(),
                     [&](const pattern::Pattern& expression) { return expression.found_in(name); });
}

bool Selection::reports(const std::string& name) const { return selects_all() || selects(name) != ignore_selected_; }

bool Selection::reports_device(const std::string& domain, const std::string& device) const {
  return selects_all() || (selects(device) || selects(domain + ":" + device)) != ignore_selected_;
}

}  // namespace hotspot::collector
