// A threshold above which a rule gives a domain more: shrinking the domain must not bring it there.
//
// PURE. A value; advice/grow_marks.h finds them in a rule set.
#pragma once

#include <functional>
#include <string>

namespace hotspot::rules {

struct GrowMark {
  std::string rule;
  bool memory = false;  // of memory; otherwise of vCPUs
  double above = 0;     // used share of the domain's memory or vCPUs: 0 to 1
  // Does the rule apply to this domain, by the names in its selectors?
  std::function<bool(const std::string& domain, const std::string& node)> is_about;
};

}  // namespace hotspot::rules
