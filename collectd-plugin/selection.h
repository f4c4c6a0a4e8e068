// Selects the domains, disks or interfaces that are reported: collectd's IgnoreSelected with names and /regular
// expressions/.
//
// An expression is matched in linear time, and results are cached by name, for at most kMaxRemembered names. Thread
// rule: one thread at a time, also for const functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/pattern/pattern.h"

namespace hotspot::collector {

class Selection {
 public:
  static constexpr std::size_t kMaxRemembered = 16'384;

  // "name", or "/regex/": RE2's syntax with POSIX character classes, unanchored. Returns a sentence if the expression
  // is invalid.
  std::optional<std::string> add(const std::string& pattern);
  void ignore_selected() { ignore_selected_ = true; }  // what is selected is left out, all else is reported

  // With an empty selection, everything is reported.
  bool reports(const std::string& name) const;
  // A disk or interface is selected as "device", or as "domain:device" as in the virt plugin.
  bool reports_device(const std::string& domain, const std::string& device) const;

  std::size_t remembered() const { return remembered_.size(); }

 private:
  bool selects_all() const { return names_.empty() && expressions_.empty(); }
  bool selects(const std::string& name) const;
  bool finds(const std::string& name) const;

  std::vector<std::string> names_;
  std::vector<pattern::Pattern> expressions_;
  mutable std::unordered_map<std::string, bool> remembered_;
  bool ignore_selected_ = false;
};

}  // namespace hotspot::collector
