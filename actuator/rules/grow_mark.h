// A mark above which a rule gives a domain more: what is taken from the domain must not bring it there.
//
// PURE. A value; advice/grow_marks.h finds them in a rule set.
#pragma once

#include <functional>
#include <string>

namespace hotspot::rules {

struct GrowMark {
  std::string rule;
  bool memory = false;  // of memory; otherwise of vCPUs
  double above = 0;     // of the domain's memory, or of its vCPUs, in use: 0 to 1
  // Does the rule look at this domain, by the names in its selectors?
  std::function<bool(const std::string& domain, const std::string& node)> is_about;
};

}  // namespace hotspot::rules
