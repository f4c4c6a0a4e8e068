// Does a migration make progress? Judged round by round: one that converges has less to send in each round than before.
//
// PURE. Elapsed time says nothing: a domain of 500 GiB may take an hour without a problem. What is left to copy says
// little by itself: it falls to nothing at the end of every round, even if the same pages are sent for ever, and rises
// at the beginning of the next, even if all is well. So a decrease counts in a round that began with less than the best
// one before, and increased throttling of the guest counts too. (kubevirt's progress timeout, 150 s, uses the least
// that was ever left; then the second round of a large guest looks like a stall.)
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "actuator/ports/hypervisor.h"

namespace hotspot::act {

class StallWatch {
 public:
  explicit StallWatch(Milliseconds limit) : limit_(limit) {}

  // Takes the next figures in. True: nothing got better for the limit.
  bool stalled(const ports::MigrationProgress& progress, Milliseconds now) {
    const std::int64_t disks = progress.disk_remaining_bytes.value_or(0);
    if (progress.iteration == 0 || (disks > 0 && !progress.iteration)) {
      // The nodes connect, or disks are copied: they come first. Until memory is begun with, libvirt says that none is
      // left of it. What the guest writes to its disks meanwhile may make it more: the least counts.
      if (!better_at_ || (disks > 0 && disks < least_disk_bytes_)) better_at_ = now;
      if (disks > 0) least_disk_bytes_ = std::min(least_disk_bytes_, disks);
      return now - *better_at_ >= limit_;
    }
    const std::int64_t remaining = progress.memory_remaining_bytes.value_or(INT64_MAX);
    if (const auto round = progress.iteration.value_or(0); round != round_) {
      round_ = round;
      best_round_bytes_ = std::min(best_round_bytes_, round_bytes_);
      round_bytes_ = least_in_round_bytes_ = INT64_MAX;
      seen_ = false;
    }
    const bool first_of_round = !seen_;
    seen_ = true;
    if (first_of_round) round_bytes_ = remaining;
    const bool falls = first_of_round || remaining < least_in_round_bytes_;
    least_in_round_bytes_ = std::min(least_in_round_bytes_, remaining);
    least_remaining_bytes_ = std::min(least_remaining_bytes_, remaining);
    const std::int64_t throttle = progress.throttle_percent.value_or(0);
    const bool better_round = best_round_bytes_ == INT64_MAX || round_bytes_ < best_round_bytes_ / 100 * kBetterPercent;
    if (!better_at_ || (falls && better_round) || throttle > throttle_percent_) better_at_ = now;
    throttle_percent_ = std::max(throttle_percent_, throttle);
    return now - *better_at_ >= limit_;
  }
  void start_over(Milliseconds now) { better_at_ = now; }

  // INT64_MAX: memory was not begun with; then of the disks.
  std::int64_t least_remaining_bytes() const {
    return least_remaining_bytes_ != INT64_MAX ? least_remaining_bytes_ : least_disk_bytes_;
  }

 private:
  static constexpr std::int64_t kBetterPercent = 98;  // what is less than this is noise

  Milliseconds limit_;
  bool seen_ = false;  // figures of this round
  std::int64_t round_ = 0, throttle_percent_ = 0;
  std::int64_t round_bytes_ = INT64_MAX;       // left when this round was seen first
  std::int64_t best_round_bytes_ = INT64_MAX;  // the least of that in the rounds before
  std::int64_t least_in_round_bytes_ = INT64_MAX;
  std::int64_t least_remaining_bytes_ = INT64_MAX;
  std::int64_t least_disk_bytes_ = INT64_MAX;
  std::optional<Milliseconds> better_at_;
};

}  // namespace hotspot::act
