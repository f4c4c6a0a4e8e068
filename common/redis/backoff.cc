#include "common/redis/backoff.h"

#include <algorithm>
#include <cmath>

namespace hotspot::redis {
namespace {
constexpr int kMaxDoublings = 30;  // 2^30 is longer than any limit; keeps the power finite
}

Backoff::Backoff(Options options, std::uint64_t seed)
    : options_(options), random_(static_cast<std::minstd_rand::result_type>(seed % 2147483646u + 1)) {}

Milliseconds Backoff::next() {
  const double doubled =
      static_cast<double>(options_.first.count()) * std::pow(2.0, std::min(failures_, kMaxDoublings));
  ++failures_;
  const double limited = std::min(doubled, static_cast<double>(options_.longest.count()));
  std::uniform_real_distribution<double> spread(1.0 - options_.jitter_ratio, 1.0 + options_.jitter_ratio);
  return Milliseconds(static_cast<std::int64_t>(limited * spread(random_)));
}

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace hotspot::redis
