#include "actuator/act/shrink_guard.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/text.h"

namespace hotspot::act {
namespace {

// A rate that was there before must have doubled to count.
constexpr double kWorse = 2;

std::optional<double> used_ratio(const telemetry::DomainSample& sample) {
  if (!sample.memory_available_bytes || !sample.memory_usable_bytes || *sample.memory_available_bytes <= 0)
    return std::nullopt;
  return 1 - static_cast<double>(*sample.memory_usable_bytes) / static_cast<double>(*sample.memory_available_bytes);
}

}  // namespace

bool is_shrink(const model::Action& action) {
  const auto* balloon = std::get_if<model::SetBalloon>(&action.step);
  return balloon != nullptr && balloon->to_bytes < balloon->from_bytes;
}

std::int64_t next_balloon(std::int64_t now_bytes, std::int64_t to_bytes, const ShrinkOptions& options) {
  return std::max(to_bytes, now_bytes - std::max<std::int64_t>(options.step_bytes, kMebibyte));
}

std::optional<std::string> ShrinkGuard::look(const telemetry::DomainSample& sample, WallTime taken_at,
                                             WallTime begun_at) {
  const double swap_in = sample.swap_in_bytes_per_second.value_or(0);
  const double faults = sample.major_faults_per_second.value_or(0);
  if (taken_at <= begun_at) {
    swap_in_before_ = swap_in;
    major_faults_before_ = faults;
    return std::nullopt;
  }
  if (swap_in > std::max(options_.swap_in_bytes_per_second, kWorse * swap_in_before_)) {
    return sample.name + " swaps in " + model::bytes_text(std::llround(swap_in)) + " a second since memory is taken";
  }
  if (faults > std::max(options_.major_faults_per_second, kWorse * major_faults_before_)) {
    return sample.name + " has " + std::to_string(std::llround(faults)) +
           " major faults a second since memory is taken";
  }
  const auto used = used_ratio(sample);
  if (used && *used > options_.memory_used_ratio) {
    return sample.name + " uses " + model::ratio_text(*used) + " of the memory that it has left";
  }
  return std::nullopt;
}

}  // namespace hotspot::act
