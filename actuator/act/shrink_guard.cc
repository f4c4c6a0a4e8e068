#include "actuator/act/shrink_guard.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/text.h"
#include "actuator/plan/scaling.h"

namespace hotspot::act {
namespace {

// A rate that was there before must have doubled to count.
constexpr double kWorse = 2;
// A plan leaves the guest 70 %; that it then uses a little more of it is no reason to stop.
constexpr double kUsedAfterStepRatio = plan::kUsedAfterShrinkRatio + 0.05;

// Of what the guest would have if so much less were there.
std::optional<double> used_ratio(const telemetry::DomainSample& sample, std::int64_t less_bytes = 0) {
  if (!sample.memory_available_bytes || !sample.memory_usable_bytes) return std::nullopt;
  const std::int64_t left = *sample.memory_available_bytes - less_bytes;
  if (left <= 0) return std::nullopt;
  return static_cast<double>(*sample.memory_available_bytes - *sample.memory_usable_bytes) / static_cast<double>(left);
}

std::string needs_text(const std::string& name, double used_ratio) {
  return name + " needs what it has by now: it would use " + model::ratio_text(used_ratio) +
         " of what another step leaves, at most " + model::ratio_text(kUsedAfterStepRatio) +
         " is allowed; no more memory is taken";
}

}  // namespace

bool is_shrink(const model::Action& action) {
  const auto change = model::memory_change(action.step);
  return change && change->to_bytes < change->from_bytes;
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

std::optional<std::string> ShrinkGuard::needs(const telemetry::DomainSample& sample, std::int64_t less_bytes) {
  const auto used = used_ratio(sample, less_bytes);
  if (!used) return sample.name + " does not tell what it would have left; no more memory is taken";
  if (*used <= kUsedAfterStepRatio) return std::nullopt;
  return needs_text(sample.name, *used);
}

std::optional<std::string> ShrinkGuard::needs(const std::string& domain_name, const ports::DomainFacts& facts,
                                              std::int64_t less_bytes) {
  telemetry::DomainSample now;
  now.memory_available_bytes = facts.guest_memory_bytes;
  now.memory_usable_bytes = facts.guest_usable_bytes;
  const auto used = used_ratio(now, less_bytes);
  return used && *used > kUsedAfterStepRatio ? std::optional(needs_text(domain_name, *used)) : std::nullopt;
}

}  // namespace hotspot::act
