// Words of other tools, and what they are called here: "vm" is a domain, "host" is a node.
//
// PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::rules {

// The label of `known` that is meant by a word of others; empty if none is.
std::string meant_label(std::string_view word, const std::vector<std::string_view>& known);
// The same, or else the one that is nearest in writing.
std::string nearest_label(std::string_view word, const std::vector<std::string_view>& known);
// "vm_cpu_ratio" is domain_cpu_ratio; empty if there is no such series.
std::string meant_series(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace hotspot::rules
