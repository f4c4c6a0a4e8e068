// Functions over the samples of one series in a range.
//
// PURE. Source: Prometheus 2.42, promql/functions.go.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "actuator/rules/store/store.h"

namespace hotspot::rules {

// The samples of one series in a range, never empty.
struct RangeInput {
  std::span<const Sample> samples;
  std::int64_t from_ms = 0, to_ms = 0;  // the range, both ends included
  std::int64_t time_ms = 0;             // when the expression is evaluated
  double first = 0, second = 0;         // numeric arguments, in order
};

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

// The φ-quantile of the values, interpolated as in Prometheus; sorts them.
double quantile(double q, std::vector<double>& values);

// Sums without losing small numbers beside large ones (Neumaier's variant of Kahan's algorithm).
struct KahanSum {
  double sum = 0, rest = 0;
  void add(double more) {
    const double total = sum + more;
    if ((sum < 0 ? -sum : sum) >= (more < 0 ? -more : more))
      rest += (sum - total) + more;
    else
      rest += (more - total) + sum;
    sum = total;
  }
};

// A least-squares line through the samples, with x in seconds from `origin_ms`.
struct Line {
  double slope = 0, intercept = 0;
};
Line regression(std::span<const Sample> samples, std::int64_t origin_ms);

}  // namespace hotspot::rules
