#include "actuator/rules/evaluate/forecast.h"

#include <algorithm>
#include <cmath>

#include "telemetry/units.h"

namespace hotspot::rules {
namespace {

std::vector<double> values_of(std::span<const Sample> samples) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const Sample& sample : samples) values.push_back(sample.value);
  return values;
}

double median_deviation(std::vector<double> values) {
  const double middle = quantile(0.5, values);
  for (double& value : values) value = std::fabs(value - middle);
  return quantile(0.5, values);
}

double quartile_range(std::vector<double> values) {
  const double first = quantile(0.25, values);
  return quantile(0.75, values) - first;
}

// x: seconds relative to the evaluation.
Line weighted_line(const RangeInput& in, const std::vector<double>& weights) {
  double total = 0, x_mean = 0, y_mean = 0;
  for (std::size_t i = 0; i < in.samples.size(); ++i) {
    total += weights[i];
    x_mean += weights[i] * to_seconds(Milliseconds(in.samples[i].time_ms - in.time_ms));
    y_mean += weights[i] * in.samples[i].value;
  }
  x_mean /= total;
  y_mean /= total;
  double covariance = 0, x_variance = 0;
  for (std::size_t i = 0; i < in.samples.size(); ++i) {
    const double x = to_seconds(Milliseconds(in.samples[i].time_ms - in.time_ms)) - x_mean;
    covariance += weights[i] * x * (in.samples[i].value - y_mean);
    x_variance += weights[i] * x * x;
  }
  const double slope = x_variance > 0 ? covariance / x_variance : 0;
  return {slope, y_mean - slope * x_mean};
}

std::vector<double> tricube_weights(const RangeInput& in) {
  const double widest = to_seconds(Milliseconds(in.samples.back().time_ms - in.samples.front().time_ms));
  std::vector<double> weights;
  for (const Sample& sample : in.samples) {
    const double distance = to_seconds(Milliseconds(in.samples.back().time_ms - sample.time_ms)) / widest;
    weights.push_back(std::pow(1 - std::pow(distance, 3), 3));
  }
  return weights;
}

void damp_outliers(const RangeInput& in, const Line& line, std::vector<double>& weights) {
  std::vector<double> residuals;
  for (const Sample& sample : in.samples) {
    residuals.push_back(std::fabs(
        sample.value - (line.intercept + line.slope * to_seconds(Milliseconds(sample.time_ms - in.time_ms)))));
  }
  std::vector<double> sorted = residuals;
  const double scale = 6 * quantile(0.5, sorted);
  if (!(scale > 0)) return;  // at least half of the samples are on the line already
  std::vector<double> damped = weights;
  double total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double size = residuals[i] / scale;
    damped[i] *= size < 1 ? std::pow(1 - size * size, 2) : 0;
    total += damped[i];
  }
  if (total > 0) weights = std::move(damped);
}

std::optional<double> loess(const RangeInput& in, bool robust) {
  if (in.samples.size() < 3) return std::nullopt;
  const std::vector<double> tricube = tricube_weights(in);
  Line line = weighted_line(in, tricube);
  for (int i = 0; robust && i < 3; ++i) {  // the default of Cleveland's lowess
    std::vector<double> weights = tricube;
    damp_outliers(in, line, weights);
    line = weighted_line(in, weights);
  }
  return line.intercept + line.slope * in.first;
}

}  // namespace

std::optional<double> predict_ar(const RangeInput& in) {
  const auto samples = in.samples;
  if (samples.size() < 3) return std::nullopt;
  double mean = 0;
  for (const Sample& sample : samples) mean += sample.value;
  mean /= static_cast<double>(samples.size());
  double neighbours = 0, squares = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    squares += (samples[i].value - mean) * (samples[i].value - mean);
    if (i > 0) neighbours += (samples[i].value - mean) * (samples[i - 1].value - mean);
  }
  if (squares == 0) return samples.back().value;
  const double step = to_seconds(Milliseconds(samples.back().time_ms - samples.front().time_ms)) /
                      static_cast<double>(samples.size() - 1);
  const double steps = std::max(std::round(in.first / step), 0.0);
  return mean + std::pow(neighbours / squares, steps) * (samples.back().value - mean);
}

std::optional<double> mad_over_time(const RangeInput& in) { return median_deviation(values_of(in.samples)); }
std::optional<double> iqr_over_time(const RangeInput& in) { return quartile_range(values_of(in.samples)); }
std::optional<double> mad_upper_over_time(const RangeInput& in) {
  return 1 - in.first * median_deviation(values_of(in.samples));
}
std::optional<double> iqr_upper_over_time(const RangeInput& in) {
  return 1 - in.first * quartile_range(values_of(in.samples));
}
std::optional<double> predict_loess(const RangeInput& in) { return loess(in, false); }
std::optional<double> predict_loess_robust(const RangeInput& in) { return loess(in, true); }

}  // namespace hotspot::rules
