// Which domains, disks or interfaces are reported: collectd's IgnoreSelected with names and /regular expressions/.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace hotspot::collector {

class Selection {
 public:
  // "name", or "/regex/" (extended, anywhere in the name). A sentence if the expression is wrong.
  std::optional<std::string> add(const std::string& pattern);
  void ignore_selected(bool ignore) { ignore_selected_ = ignore; }

  // With nothing selected, everything is reported.
  bool reports(const std::string& name) const;
  // A disk or interface is selected as "device", or as "domain:device" as in the virt plugin.
  bool reports_device(const std::string& domain, const std::string& device) const;

 private:
  bool selects_all() const { return names_.empty() && expressions_.empty(); }
  bool selects(const std::string& name) const;

  std::vector<std::string> names_;
  std::vector<std::regex> expressions_;
  bool ignore_selected_ = false;
};

}  // namespace hotspot::collector
