#include "actuator/plan/starvation.h"

#include <algorithm>

#include "actuator/model/memory_peaks.h"
#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

constexpr std::int64_t kPageBytes = 4 * kKibibyte;
// A process that the kernel would kill has at least this much, and a tenth of the guest's memory.
constexpr std::int64_t kLeastProcessBytes = 16 * kMebibyte;
constexpr double kProcessRatio = 0.10;
// At this ratio, or this many events per second, the guest is short of memory.
constexpr double kFullRatio = 0.85;
constexpr double kMajorFaults = 100;
constexpr double kSwapInBytes = 256.0 * kKibibyte;
// Major faults count beyond twice the usual rate, which decays by half within a minute of readings once a second.
constexpr double kUnusual = 2;
constexpr double kFades = 0.99;
// A guest that exceeded its free memory within this many readings does so regularly: it starts many programs.
constexpr int kUsualReadings = 60;
// If readings are further apart, anything may have happened between them.
constexpr Milliseconds kLongest{std::chrono::minutes(1)};

}  // namespace

std::optional<std::string> StarvationWatch::look(const telemetry::DomainSample& sample, WallTime at) {
  const auto used = model::memory_used_bytes(sample);
  if (!used) {
    last_.reset();
    return std::nullopt;
  }
  Reading now{at,
              *sample.memory_available_bytes,
              *used,
              *sample.memory_usable_bytes,
              sample.minor_faults_per_second.value_or(0),
              false};
  const double major = sample.major_faults_per_second.value_or(0);
  const bool reads_back = major > std::max(kMajorFaults, kUnusual * usual_major_faults_) ||
                          sample.swap_in_bytes_per_second.value_or(0) > kSwapInBytes;
  const bool full = static_cast<double>(now.used_bytes) > kFullRatio * static_cast<double>(now.available_bytes);
  now.pressed = full || reads_back;
  std::optional<std::string> sign;
  if (last_ && at > last_->at && at - last_->at <= kLongest) {
    const auto process = std::max(kLeastProcessBytes,
                                  static_cast<std::int64_t>(kProcessRatio * static_cast<double>(now.available_bytes)));
    const std::int64_t freed = last_->used_bytes - now.used_bytes;
    const double seconds = static_cast<double>((at - last_->at).count()) / 1000;
    const auto touched = static_cast<std::int64_t>(now.faults_per_second * seconds * kPageBytes);
    const bool overran = touched > last_->usable_bytes;
    const bool unusual = readings_since_overrun_ > kUsualReadings;
    readings_since_overrun_ = overran ? 0 : readings_since_overrun_ + 1;
    if (freed >= process && (last_->pressed || reads_back)) {
      sign =
          sample.name + " has " + model::bytes_text(freed) +
          " less in use at once, right after it was short of memory: a process was killed for want of it, or gave up";
    } else if (unusual && overran && now.used_bytes - last_->used_bytes < touched / 2) {
      sign = sample.name + " asked for " + model::bytes_text(touched) + " between two readings, had " +
             model::bytes_text(last_->usable_bytes) +
             " left, and does not have it now: a process was killed for want of memory, or gave up";
    }
  }
  usual_major_faults_ = std::max(major, usual_major_faults_ * kFades);
  last_ = now;
  return sign;
}

}  // namespace hotspot::plan
