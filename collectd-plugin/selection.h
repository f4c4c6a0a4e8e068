// Which domains, disks or interfaces are reported: collectd's IgnoreSelected with names and /regular expressions/.
//
// An expression is matched in linear time and the answer remembered by name, for kMaxRemembered names at most.
// Thread rule: one thread at a time, for what is const too.
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

  // "name", or "/regex/": RE2's syntax, and POSIX's classes, anywhere in the name. A sentence if the expression is
  // wrong.
  std::optional<std::string> add(const std::string& pattern);
  void ignore_selected(bool ignore) { ignore_selected_ = ignore; }

  // With nothing selected, everything is reported.
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
