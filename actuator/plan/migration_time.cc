#include "actuator/plan/migration_time.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hotspot::plan {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
// With λ just under 1 the rounds shrink for hours. QEMU sets no limit to them; we treat such a migration as endless.
constexpr int kMostRounds = 10'000;
// QEMU checks at most once a second whether the guest has to be throttled, and acts on every second time.
constexpr double kThrottlePeriodSeconds = 1.0;
constexpr double kThrottleTrigger = 0.5;

// A throttled vCPU runs for this long and then sleeps (QEMU 7.2, softmmu/cpu-throttle.c).
constexpr double kThrottleSliceSeconds = 0.01;
// How often QEMU checks until the rest fits when its guest hardly runs; as measured.
constexpr double kLastLooks = 2.5;

// Once everything was sent, only pages of the working set are left. Some of what the guest writes then is pending
// already.
double newly_dirtied(double written, double most, double pending) {
  if (std::isinf(most)) return written;
  return most <= 0 ? 0 : std::max(0.0, most - pending) * std::min(1.0, written / most);
}

// The effect of auto-converge on the guest from round to round.
class Throttling {
 public:
  explicit Throttling(const std::optional<Throttle>& throttle) : throttle_(throttle) {}

  double ratio() const { return ratio_; }
  bool may_rise() const { return throttle_ && ratio_ < kMostThrottle; }
  void after_round(double seconds, double sent, double dirtied) {
    seconds_ += seconds, sent_ += sent, dirtied_ += dirtied;
    if (!throttle_ || seconds_ < kThrottlePeriodSeconds) return;
    if (dirtied_ > sent_ * kThrottleTrigger && ++times_ >= 2) {
      times_ = 0;
      ratio_ = std::min(kMostThrottle, ratio_ == 0 ? throttle_->initial_ratio : ratio_ + throttle_->increment_ratio);
    }
    seconds_ = sent_ = dirtied_ = 0;
  }

 private:
  const std::optional<Throttle>& throttle_;
  double ratio_ = 0, seconds_ = 0, sent_ = 0, dirtied_ = 0;
  int times_ = 0;
};

}  // namespace

double used_share_of_last(double used_bytes, double whole_bytes) {
  return whole_bytes > used_bytes ? used_bytes / whole_bytes / 2 : 1;
}

Milliseconds length_of(const MigrationEstimate& estimate) {
  constexpr double kNever = 30 * 86'400;
  return Milliseconds(static_cast<std::int64_t>(std::min(estimate.total_seconds, kNever) * 1000));
}

MigrationEstimate estimate_migration(const GuestMemory& memory, const MigrationPath& path) {
  const double rate = std::max(0.0, memory.dirty_bytes_per_second.value_or(0));
  const double most = memory.writable_bytes.value_or(kInfinite);
  const double small_enough = path.bytes_per_second * path.allowed_downtime_seconds;
  const double unsent = path.bytes_per_second * path.unsent_seconds;
  Throttling throttling(path.throttle);
  MigrationEstimate estimate;
  double left = static_cast<double>(memory.bytes);
  const double first_unsent = unsent * used_share_of_last(left, memory.whole_bytes);
  while (left > small_enough) {
    const bool first = estimate.rounds == 0;
    const double sent = left - std::min(first ? first_unsent : unsent, small_enough);
    const double seconds = sent / path.bytes_per_second;
    const double kept = std::min(1.0, (1 - throttling.ratio()) / std::clamp(memory.busy_ratio, 0.01, 1.0));
    const double written = rate * kept * seconds, dirtied = std::min(written, most);
    estimate.total_seconds += seconds;
    ++estimate.rounds;
    const bool may_rise = throttling.may_rise();  // if so, this round does not predict the next
    throttling.after_round(seconds, sent, dirtied);
    const double next = std::max(0.0, left - sent) + (first ? dirtied : newly_dirtied(written, most, left - sent));
    if ((next >= left && !may_rise) || estimate.rounds >= kMostRounds)
      return {kInfinite, std::min(dirtied, left) / path.bytes_per_second, estimate.rounds, throttling.ratio()};
    left = next;
  }
  estimate.downtime_seconds =
      left / (path.stop_bytes_per_second > 0 ? path.stop_bytes_per_second : path.bytes_per_second);
  estimate.total_seconds += estimate.downtime_seconds;
  estimate.throttle_ratio = throttling.ratio();
  if (path.emulated && estimate.throttle_ratio > 0)
    estimate.total_seconds += kLastLooks * kThrottleSliceSeconds / (1 - estimate.throttle_ratio);
  return estimate;
}

MigrationEstimate estimate_migration(std::int64_t memory_bytes, std::optional<double> dirty_bytes_per_second,
                                     double bytes_per_second, double allowed_downtime_seconds) {
  return estimate_migration({memory_bytes, dirty_bytes_per_second, std::nullopt},
                            {bytes_per_second, allowed_downtime_seconds, std::nullopt});
}

}  // namespace hotspot::plan
