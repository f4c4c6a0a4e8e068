#include "actuator/plan/dirty_rate.h"

#include <algorithm>
#include <cmath>

#include "telemetry/units.h"

namespace hotspot::plan {
namespace {

// libvirt leaves QEMU at 512 samples for each GiB (qapi/migration.json, calc-dirty-rate).
constexpr double kSamplesPerByte = 512.0 / static_cast<double>(kGibibyte);
// Less of the link than this, and the rounds get short at once whatever the guest writes.
constexpr double kWorthLonger = 0.25;
// A longer sample that tells somewhat less than the brief ones proves nothing.
constexpr double kSaturated = 0.65;

bool saturated(const DirtySample& brief, const DirtySample& longer) {
  const double due = brief.bytes_per_second * longer.seconds, seen = longer.bytes_per_second * longer.seconds;
  // How many pages of a sample changed is by chance: of n, √n more or less.
  return seen < kSaturated * due && seen < due - 2 * std::sqrt(due / kSamplesPerByte);
}

}  // namespace

DirtySampling sampling_of(double memory_bytes) {
  return memory_bytes >= static_cast<double>(kGibibyte) ? DirtySampling{1, 1, 8} : DirtySampling{1, 4, 8};
}

bool wants_longer(const DirtySample& brief, double link_bytes_per_second) {
  return brief.bytes_per_second > kWorthLonger * link_bytes_per_second;
}

DirtyRate dirty_rate_of(const DirtySample& brief, const std::optional<DirtySample>& longer) {
  const double first = brief.seconds * brief.times;
  // That the guest has stopped writing meanwhile says nothing about how it writes.
  if (!longer || longer->bytes_per_second <= 0) return {brief.bytes_per_second, first, std::nullopt};
  if (saturated(brief, *longer)) {
    const double most = std::max(longer->bytes_per_second * longer->seconds, brief.bytes_per_second * brief.seconds);
    return {brief.bytes_per_second, first, most};
  }
  const double all = first + longer->seconds * longer->times;
  return {(brief.bytes_per_second * first + longer->bytes_per_second * (all - first)) / all, all, std::nullopt};
}

double believed_dirty_rate(const DirtyRate& sampled, std::optional<double> of_last_migration) {
  if (!of_last_migration) return sampled.bytes_per_second;
  const double each = kSamplesPerByte * sampled.seconds;
  const double seen = sampled.bytes_per_second * each, due = *of_last_migration * each;
  return std::abs(seen - due) <= 2 * std::sqrt(std::max(due, 1.0)) ? *of_last_migration : sampled.bytes_per_second;
}

}  // namespace hotspot::plan
