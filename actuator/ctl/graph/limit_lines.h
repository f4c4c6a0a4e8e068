// The limits that rules hold a metric against, as dashed lines of a panel.
//
// PURE.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/ctl/graph/panels.h"

namespace hotspot::ctl {

// What a panel draws: `values` of the axis for 1 of the metric (a ratio's: 100 % or the whole memory).
struct DrawnMetric {
  std::string_view metric;
  Steps per_unit;
};

// One line for each number and comparison, named after all rules that have it: "DomainCpuHot > 90 %".
std::vector<io::ChartLine> limit_lines(const GraphSubject& subject, const GraphMaterial& material,
                                       const std::vector<DrawnMetric>& drawn);

}  // namespace hotspot::ctl
