// Series of history as values of equal steps, and what can be computed of them. NaN is what is not known.
//
// PURE.
#pragma once

#include <vector>

#include "actuator/io/rrd/chart.h"
#include "actuator/model/history.h"

namespace hotspot::ctl {

using Steps = std::vector<double>;

// At most `most` steps, whole seconds each, that end at `to` and reach back to `from` at least.
io::ChartTime steps_between(WallTime from, WallTime to, std::size_t most);

// The mean of what each step has of the samples; a sample counts for the time of its own step.
Steps in_steps(const model::HistorySeries& series, const io::ChartTime& time);

Steps nothing(const io::ChartTime& time);
// Where one alone is known, that one.
Steps sum(const Steps& a, const Steps& b);
// NaN where one is.
Steps difference(const Steps& a, const Steps& b);
Steps product(const Steps& a, const Steps& b);
Steps scaled(Steps steps, double factor);

struct Figures {
  bool known = false;
  double last = 0, mean = 0, most = 0;
};
Figures figures_of(const Steps& steps);

}  // namespace hotspot::ctl
