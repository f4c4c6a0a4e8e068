// Functions over the samples of one series in a range. See functions.h.
#pragma once

#include <optional>

#include "actuator/rules/functions.h"

namespace hotspot::rules {

std::optional<double> rate(const RangeInput& in);
std::optional<double> increase(const RangeInput& in);
std::optional<double> delta(const RangeInput& in);
std::optional<double> irate(const RangeInput& in);
std::optional<double> idelta(const RangeInput& in);
std::optional<double> deriv(const RangeInput& in);
std::optional<double> predict_linear(const RangeInput& in);
std::optional<double> holt_winters(const RangeInput& in);
std::optional<double> changes(const RangeInput& in);
std::optional<double> resets(const RangeInput& in);
std::optional<double> avg_over_time(const RangeInput& in);
std::optional<double> count_over_time(const RangeInput& in);
std::optional<double> last_over_time(const RangeInput& in);
std::optional<double> max_over_time(const RangeInput& in);
std::optional<double> min_over_time(const RangeInput& in);
std::optional<double> present_over_time(const RangeInput& in);
std::optional<double> quantile_over_time(const RangeInput& in);
std::optional<double> stddev_over_time(const RangeInput& in);
std::optional<double> stdvar_over_time(const RangeInput& in);
std::optional<double> sum_over_time(const RangeInput& in);

}  // namespace hotspot::rules
