// Does a migration get on? Judged by the memory that is left to copy: a migration that converges leaves less and less.
//
// PURE. Wall time says nothing: a domain of 500 GiB may take an hour and be fine (kubevirt's progress timeout, 150 s,
// judges so too).
#pragma once

#include <cstdint>
#include <optional>

#include "actuator/ports/hypervisor.h"

namespace hotspot::act {

class StallWatch {
 public:
  explicit StallWatch(Milliseconds limit) : limit_(limit) {}

  // Takes the next figures in. True: nothing got better for the limit.
  bool stalled(const ports::MigrationProgress& progress, Milliseconds now) {
    const std::int64_t remaining = progress.memory_remaining_bytes.value_or(INT64_MAX);
    if (!better_at_ || remaining < least_remaining_bytes_) {
      least_remaining_bytes_ = remaining;
      better_at_ = now;
    }
    return now - *better_at_ >= limit_;
  }

  std::int64_t least_remaining_bytes() const { return least_remaining_bytes_; }

 private:
  Milliseconds limit_;
  std::int64_t least_remaining_bytes_ = INT64_MAX;
  std::optional<Milliseconds> better_at_;
};

}  // namespace hotspot::act
