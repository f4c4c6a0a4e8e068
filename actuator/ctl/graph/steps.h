// Resamples series of history to equal steps, and computes with them. NaN means unknown.
//
// PURE.
#pragma once

#include <vector>

#include "actuator/io/rrd/chart.h"
#include "actuator/model/history.h"

namespace hotspot::ctl {

using Steps = std::vector<double>;

// At most `most` steps, each of whole seconds, that end at `to` and reach back at least to `from`.
io::ChartTime steps_between(WallTime from, WallTime to, std::size_t most);

// The mean of the samples in each step; a sample is weighted by the length of its own step.
Steps in_steps(const model::HistorySeries& series, const io::ChartTime& time);

Steps nothing(const io::ChartTime& time);
// If only one is known, that one.
Steps sum(const Steps& a, const Steps& b);
// NaN if either is.
Steps difference(const Steps& a, const Steps& b);
Steps product(const Steps& a, const Steps& b);
Steps scaled(Steps steps, double factor);

struct Figures {
  bool known = false;
  double last = 0, mean = 0, most = 0;
};
Figures figures_of(const Steps& steps);

}  // namespace hotspot::ctl
