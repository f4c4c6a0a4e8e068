#include "actuator/ctl/graph/steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hotspot::ctl {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

template <typename Operation>
Steps each(const Steps& a, const Steps& b, const Operation& operation) {
  Steps result(std::max(a.size(), b.size()), kUnknown);
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) result[i] = operation(a[i], b[i]);
  return result;
}

}  // namespace

io::ChartTime steps_between(WallTime from, WallTime to, std::size_t most) {
  const std::int64_t first = to_unix_ms(from) / 1000, last = std::max(to_unix_ms(to) / 1000, first + 1);
  const auto count = static_cast<std::int64_t>(std::max<std::size_t>(most, 1));
  const std::int64_t step = std::max<std::int64_t>(1, (last - first + count - 1) / count);
  const std::int64_t end = (last + step - 1) / step * step, begin = first / step * step;
  return {.from = from_unix_ms(begin * 1000),
          .step = Milliseconds(step * 1000),
          .steps = static_cast<std::size_t>((end - begin) / step)};
}

Steps nothing(const io::ChartTime& time) { return Steps(time.steps, kUnknown); }

Steps in_steps(const model::HistorySeries& series, const io::ChartTime& time) {
  Steps sums(time.steps, 0), weights(time.steps, 0);
  const auto step = static_cast<double>(time.step.count());
  for (const model::HistorySample& sample : series.samples) {
    const double end = static_cast<double>(to_unix_ms(sample.time) - to_unix_ms(time.from)) / step;
    const double begin = end - std::max(1.0, static_cast<double>(series.step.count())) / step;
    const auto first = static_cast<std::size_t>(std::max(0.0, std::floor(begin)));
    for (std::size_t i = first; i < time.steps && static_cast<double>(i) < end; ++i) {
      const double overlap = std::min(end, static_cast<double>(i) + 1) - std::max(begin, static_cast<double>(i));
      if (overlap <= 0) continue;
      sums[i] += sample.value * overlap;
      weights[i] += overlap;
    }
  }
  for (std::size_t i = 0; i < time.steps; ++i) sums[i] = weights[i] > 0 ? sums[i] / weights[i] : kUnknown;
  return sums;
}

Steps sum(const Steps& a, const Steps& b) {
  return each(a, b, [](double x, double y) { return std::isnan(x) ? y : std::isnan(y) ? x : x + y; });
}
Steps difference(const Steps& a, const Steps& b) {
  return each(a, b, [](double x, double y) { return x - y; });
}
Steps product(const Steps& a, const Steps& b) {
  return each(a, b, [](double x, double y) { return x * y; });
}

Steps scaled(Steps steps, double factor) {
  for (double& one : steps) one *= factor;
  return steps;
}

Figures figures_of(const Steps& steps) {
  Figures figures;
  double all = 0;
  std::size_t count = 0;
  for (const double one : steps) {
    if (std::isnan(one)) continue;
    figures.most = figures.known ? std::max(figures.most, one) : one;
    figures.last = one;
    figures.known = true;
    all += one;
    ++count;
  }
  if (count > 0) figures.mean = all / static_cast<double>(count);
  return figures;
}

}  // namespace hotspot::ctl
