// The limits that rules compare a metric with, as dashed lines of a panel.
//
// PURE.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/ctl/graph/panels.h"

namespace hotspot::ctl {

// A metric in a panel: `values` is the axis value for 1 of the metric (for a ratio: 100 % or the whole memory).
struct DrawnMetric {
  std::string_view metric;
  Steps per_unit;
};

// One line per number and comparison, named after all rules that have it: "DomainCpuHot > 90 %".
std::vector<io::ChartLine> limit_lines(const GraphSubject& subject, const GraphMaterial& material,
                                       const std::vector<DrawnMetric>& drawn);

}  // namespace hotspot::ctl
