#include "actuator/plan/migration_time.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hotspot::plan {

MigrationEstimate estimate_migration(std::int64_t memory_bytes, std::optional<double> dirty_bytes_per_second,
                                     double bytes_per_second, double allowed_downtime_seconds) {
  const double once = static_cast<double>(memory_bytes) / bytes_per_second;
  const double lambda = std::max(0.0, dirty_bytes_per_second.value_or(0)) / bytes_per_second;
  if (once <= allowed_downtime_seconds) return {once, once, 0};
  if (lambda >= 1) return {std::numeric_limits<double>::infinity(), once, 0};
  if (lambda == 0) return {once, 0, 1};
  const double rounds = std::ceil(std::log(allowed_downtime_seconds / once) / std::log(lambda));
  return {once * (1 - std::pow(lambda, rounds + 1)) / (1 - lambda), once * std::pow(lambda, rounds),
          static_cast<int>(rounds)};
}

}  // namespace hotspot::plan
