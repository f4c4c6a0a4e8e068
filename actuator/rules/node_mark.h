// A threshold above which a rule relieves a node: no other rule must bring the node there.
//
// PURE. A value; advice/node_marks.h finds them in a rule set.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace hotspot::rules {

struct NodeMark {
  std::string rule;
  bool memory = false;          // the rule is about the node's memory; otherwise about its CPU
  std::optional<double> above;  // used share of the node's resource: 0 to 1; empty: only that the rule fires counts
  // Does the rule apply to this node, by the name in its selectors?
  std::function<bool(const std::string& node)> is_about;
};

}  // namespace hotspot::rules
