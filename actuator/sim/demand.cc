#include "actuator/sim/demand.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

namespace hotspot::simulation {
namespace {

constexpr Milliseconds kNoiseLasts{std::chrono::minutes(1)};

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

double uniform(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

struct Value {
  const DemandTime& time;

  double operator()(const Constant& shape) const { return shape.value; }
  double operator()(const Daily& shape) const {
    const double days = static_cast<double>((time.of_day - shape.peak).count()) / static_cast<double>(kDay.count());
    return shape.mean + shape.swing * std::cos(2 * std::numbers::pi * days);
  }
  double operator()(const Steps& shape) const {
    const Milliseconds at = shape.repeats.count() > 0 ? time.since % shape.repeats : time.since;
    const auto later = std::upper_bound(shape.values.begin(), shape.values.end(), at,
                                        [](Milliseconds t, const auto& value) { return t < value.first; });
    return later == shape.values.begin() ? later->second : std::prev(later)->second;
  }
  double operator()(const Trace& shape) const {
    const std::vector<float>& samples = *shape.samples;
    const auto before = static_cast<std::size_t>(time.since / shape.every);
    const double part =
        static_cast<double>((time.since % shape.every).count()) / static_cast<double>(shape.every.count());
    const double first = samples[before % samples.size()], next = samples[(before + 1) % samples.size()];
    return (first + part * (next - first)) * shape.scale;
  }
};

}  // namespace

// Box and Muller, Annals of Mathematical Statistics 29 (1958).
double normal_noise(const NoiseSource& noise, std::uint64_t index) {
  const std::uint64_t key = mixed(mixed(noise.seed ^ mixed(noise.stream)) + index);
  const double radius = std::sqrt(-2 * std::log(1 - uniform(key)));
  return std::clamp(radius * std::cos(2 * std::numbers::pi * uniform(mixed(key))), -4.0, 4.0);
}

double demand_at(const Demand& demand, const DemandTime& time, const NoiseSource& noise) {
  double value = std::visit(Value{time}, demand.shape);
  if (demand.noise_ratio > 0)
    value *= 1 + demand.noise_ratio * normal_noise(noise, static_cast<std::uint64_t>(time.since / kNoiseLasts));
  return std::max(0.0, value);
}

}  // namespace hotspot::simulation
