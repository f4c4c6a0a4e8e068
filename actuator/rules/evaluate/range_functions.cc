#include "actuator/rules/evaluate/range_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "telemetry/units.h"

namespace hotspot::rules {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

enum class Growth { kGauge, kCounter };

// The growth over the range, extrapolated to its ends if samples are close enough to them.
std::optional<double> extrapolated(const RangeInput& in, Growth growth, double divisor = 1) {
  const auto samples = in.samples;
  if (samples.size() < 2) return std::nullopt;
  double result = samples.back().value - samples.front().value;
  if (growth == Growth::kCounter) {
    for (std::size_t i = 1; i < samples.size(); ++i) {
      if (samples[i].value < samples[i - 1].value) result += samples[i - 1].value;
    }
  }
  double to_start = to_seconds(Milliseconds(samples.front().time_ms - in.from_ms));
  const double to_end = to_seconds(Milliseconds(in.to_ms - samples.back().time_ms));
  const double sampled = to_seconds(Milliseconds(samples.back().time_ms - samples.front().time_ms));
  const double between = sampled / static_cast<double>(samples.size() - 1);
  // A counter is never negative: no extrapolation to before its zero.
  if (growth == Growth::kCounter && result > 0 && samples.front().value >= 0) {
    to_start = std::min(to_start, sampled * (samples.front().value / result));
  }
  const double near = between * 1.1;
  double extent = sampled;
  extent += to_start < near ? to_start : between / 2;
  extent += to_end < near ? to_end : between / 2;
  return result * (extent / sampled / divisor);
}

std::optional<double> last_two(const RangeInput& in, bool is_rate) {
  if (in.samples.size() < 2) return std::nullopt;
  const Sample& last = in.samples.back();
  const Sample& before = in.samples[in.samples.size() - 2];
  const double result = is_rate && last.value < before.value ? last.value : last.value - before.value;
  if (last.time_ms == before.time_ms) return std::nullopt;
  return is_rate ? result / to_seconds(Milliseconds(last.time_ms - before.time_ms)) : result;
}

double variance(std::span<const Sample> samples) {
  double count = 0;
  KahanSum mean, sum;
  for (const Sample& sample : samples) {
    count += 1;
    const double delta = sample.value - (mean.sum + mean.rest);
    mean.add(delta / count);
    sum.add(delta * (sample.value - (mean.sum + mean.rest)));
  }
  return (sum.sum + sum.rest) / count;
}

}  // namespace

std::optional<double> rate(const RangeInput& in) {
  return extrapolated(in, Growth::kCounter, to_seconds(Milliseconds(in.to_ms - in.from_ms)));
}
std::optional<double> increase(const RangeInput& in) { return extrapolated(in, Growth::kCounter); }
std::optional<double> delta(const RangeInput& in) { return extrapolated(in, Growth::kGauge); }
std::optional<double> irate(const RangeInput& in) { return last_two(in, true); }
std::optional<double> idelta(const RangeInput& in) { return last_two(in, false); }

Line regression(std::span<const Sample> samples, std::int64_t origin_ms) {
  KahanSum x_sum, y_sum, xy_sum, xx_sum;
  bool is_constant = true;
  for (const Sample& sample : samples) {
    if (sample.value != samples.front().value) is_constant = false;
    const double x = to_seconds(Milliseconds(sample.time_ms - origin_ms));
    x_sum.add(x);
    y_sum.add(sample.value);
    xy_sum.add(x * sample.value);
    xx_sum.add(x * x);
  }
  if (is_constant)
    return std::isinf(samples.front().value) ? Line{kNotANumber, kNotANumber} : Line{0, samples.front().value};
  const auto n = static_cast<double>(samples.size());
  const double x = x_sum.sum + x_sum.rest, y = y_sum.sum + y_sum.rest;
  const double covariance = xy_sum.sum + xy_sum.rest - x * y / n;
  const double x_variance = xx_sum.sum + xx_sum.rest - x * x / n;
  const double slope = covariance / x_variance;
  return {slope, y / n - slope * x / n};
}

std::optional<double> deriv(const RangeInput& in) {
  if (in.samples.size() < 2) return std::nullopt;
  return regression(in.samples, in.samples.front().time_ms).slope;
}

std::optional<double> predict_linear(const RangeInput& in) {
  if (in.samples.size() < 2) return std::nullopt;
  const Line line = regression(in.samples, in.time_ms);
  return line.slope * in.first + line.intercept;
}

// Double exponential smoothing; `first` smooths the level, `second` the trend.
std::optional<double> holt_winters(const RangeInput& in) {
  const auto samples = in.samples;
  if (samples.size() < 2) return std::nullopt;
  double before = 0, level = samples[0].value, trend = samples[1].value - samples[0].value;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double scaled = in.first * samples[i].value;
    if (i > 1) trend = in.second * (level - before) + (1 - in.second) * trend;
    const double rest = (1 - in.first) * (level + trend);
    before = level;
    level = scaled + rest;
  }
  return level;
}

std::optional<double> changes(const RangeInput& in) {
  double count = 0;
  for (std::size_t i = 1; i < in.samples.size(); ++i) {
    const double now = in.samples[i].value, before = in.samples[i - 1].value;
    if (now != before && !(std::isnan(now) && std::isnan(before))) count += 1;
  }
  return count;
}

std::optional<double> resets(const RangeInput& in) {
  double count = 0;
  for (std::size_t i = 1; i < in.samples.size(); ++i) {
    if (in.samples[i].value < in.samples[i - 1].value) count += 1;
  }
  return count;
}

std::optional<double> avg_over_time(const RangeInput& in) {
  KahanSum mean;
  double count = 0;
  for (const Sample& sample : in.samples) {
    count += 1;
    if (std::isinf(mean.sum)) {
      if (std::isinf(sample.value) && (mean.sum > 0) == (sample.value > 0)) continue;
      if (!std::isinf(sample.value) && !std::isnan(sample.value)) continue;
    }
    mean.add(sample.value / count - mean.sum / count);
  }
  return std::isinf(mean.sum) ? mean.sum : mean.sum + mean.rest;
}

std::optional<double> count_over_time(const RangeInput& in) { return static_cast<double>(in.samples.size()); }
std::optional<double> last_over_time(const RangeInput& in) { return in.samples.back().value; }
std::optional<double> present_over_time(const RangeInput&) { return 1; }

std::optional<double> max_over_time(const RangeInput& in) {
  double most = in.samples.front().value;
  for (const Sample& sample : in.samples) {
    if (sample.value > most || std::isnan(most)) most = sample.value;
  }
  return most;
}

std::optional<double> min_over_time(const RangeInput& in) {
  double least = in.samples.front().value;
  for (const Sample& sample : in.samples) {
    if (sample.value < least || std::isnan(least)) least = sample.value;
  }
  return least;
}

double quantile(double q, std::vector<double>& values) {
  if (values.empty() || std::isnan(q)) return kNotANumber;
  if (q < 0) return -std::numeric_limits<double>::infinity();
  if (q > 1) return std::numeric_limits<double>::infinity();
  // NaN is less than any number.
  std::sort(values.begin(), values.end(), [](double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; });
  const double rank = q * static_cast<double>(values.size() - 1);
  const auto lower = static_cast<std::size_t>(std::floor(rank));
  const std::size_t upper = std::min(values.size() - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}

std::optional<double> quantile_over_time(const RangeInput& in) {
  std::vector<double> values;
  values.reserve(in.samples.size());
  for (const Sample& sample : in.samples) values.push_back(sample.value);
  return quantile(in.first, values);
}

std::optional<double> stddev_over_time(const RangeInput& in) { return std::sqrt(variance(in.samples)); }
std::optional<double> stdvar_over_time(const RangeInput& in) { return variance(in.samples); }

std::optional<double> sum_over_time(const RangeInput& in) {
  KahanSum sum;
  for (const Sample& sample : in.samples) sum.add(sample.value);
  return std::isinf(sum.sum) ? sum.sum : sum.sum + sum.rest;
}

}  // namespace hotspot::rules
