// Computes a lower bound for how much a migration sent while its guest was stopped, from counts queried before.
//
// Source: QEMU 7.2, migration.c. A bandwidth limit is enforced in windows of 100 ms, each of which sends its share at
// once if the link allows; whether the guest may be stopped is checked at the beginning of a window, before it sends;
// and the limit is lifted once the guest is stopped. Between a count and the stop, a slow link has therefore sent what
// the limit allows, and a fast one the shares of the windows that began, or that were being sent at the time of the
// query.
//
// Thread rule: one thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace hotspot::io {

class StoppedCopy {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // QEMU's count, queried and answered at these times.
  void note(Time asked, Time told, std::int64_t sent_bytes) {
    counts_.push_back({asked, told, sent_bytes});
    if (counts_.size() > kMostCounts) counts_.pop_front();
  }

  // With the count at the end, under a limit. Empty: it was not queried before the stop.
  std::optional<std::int64_t> least_bytes(Time suspended, std::int64_t sent_bytes,
                                          std::int64_t limit_per_second) const {
    const auto last =
        std::find_if(counts_.rbegin(), counts_.rend(), [&](const Count& count) { return count.told <= suspended; });
    if (last == counts_.rend()) return std::nullopt;
    const auto between = std::chrono::duration_cast<std::chrono::milliseconds>(suspended - last->asked);
    const auto windows = (between + kBurst) / kWindow;
    const std::int64_t most = limit_per_second * between.count() / 1000 + windows * limit_per_second / 10;
    return std::max<std::int64_t>(0, sent_bytes - last->sent_bytes - most);
  }

 private:
  struct Count {
    Time asked, told;
    std::int64_t sent_bytes;
  };
  static constexpr std::chrono::milliseconds kWindow{100};
  static constexpr std::chrono::milliseconds kBurst{40};  // longest time for a window's share over a fast link
  static constexpr std::size_t kMostCounts = 32;
  std::deque<Count> counts_;
};

}  // namespace hotspot::io
