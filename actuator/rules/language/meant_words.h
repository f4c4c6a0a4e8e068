// Translates words of other tools: "vm" is a domain, "host" is a node.
//
// PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::rules {

// The label of `known` that a foreign word stands for; empty if there is none.
std::string meant_label(std::string_view word, const std::vector<std::string_view>& known);
// The same, or else the label with the most similar spelling.
std::string nearest_label(std::string_view word, const std::vector<std::string_view>& known);
// "vm_cpu_ratio" stands for domain_cpu_ratio; empty if there is no such series.
std::string meant_series(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace hotspot::rules
