// Shows the prediction and the result of a migration side by side.
//
// PURE.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hotspot::ctl {

// Rows of name, predicted, measured; empty if there is nothing to compare.
std::vector<std::vector<std::string>> migration_report(const std::map<std::string, double>& figures);

}  // namespace hotspot::ctl
