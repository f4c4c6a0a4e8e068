// What a simulated domain wants of a resource, over time.
//
// PURE. The same seed gives the same values, in whatever order they are asked for: noise is a hash of the seed, the
// stream and the minute, so it does not depend on the step either.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::simulation {

inline constexpr Milliseconds kDay{std::chrono::hours(24)};

struct Constant {
  double value = 0;
};
// A sine over 24 hours: mean + swing at `peak` (a time of the day, UTC), mean − swing twelve hours later.
struct Daily {
  double mean = 0, swing = 0;
  Milliseconds peak{std::chrono::hours(14)};
};
// Each value holds from its time since the start; before the first it is the first.
struct Steps {
  std::vector<std::pair<Milliseconds, double>> values;  // in order of time, at least one
  Milliseconds repeats{0};                              // after so long it begins again; 0: the last value holds
};
// Samples at equal distances, straight lines between them, from the beginning again after the last.
struct Trace {
  std::shared_ptr<const std::vector<float>> samples;  // at least one
  Milliseconds every{std::chrono::minutes(5)};
  double scale = 1;
};

struct Demand {
  std::variant<Constant, Daily, Steps, Trace> shape;
  double noise_ratio = 0;  // standard deviation ÷ value; a new deviation each minute
};

struct DemandTime {
  Milliseconds since{0};   // the start
  Milliseconds of_day{0};  // UTC
};
struct NoiseSource {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;  // another one for each domain and resource
};

// Never below 0.
double demand_at(const Demand& demand, const DemandTime& time, const NoiseSource& noise);

// Normally distributed with mean 0 and deviation 1, within ±4.
double normal_noise(const NoiseSource& noise, std::uint64_t index);

}  // namespace hotspot::simulation
