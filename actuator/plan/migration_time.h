// How long a live migration will take, and for how long the guest will stand still at its end.
//
// PURE. Pre-copy in rounds: each sends what the guest wrote during the one before, until what is left can be sent
// within the downtime that is allowed; then the guest stops and the rest is sent. Source: Liu, Xu, Jin, Gong and Liao,
// "Performance and Energy Modeling for Live Migration of Virtual Machines" (HPDC 2011), section 3: with λ = dirty rate
// ÷ bandwidth and n rounds, time = V/R · (1 − λⁿ⁺¹) ÷ (1 − λ), downtime = V/R · λⁿ, and n is the least at which V · λⁿ
// is no more than the threshold; QEMU's is bandwidth × allowed downtime.
#pragma once

#include <cstdint>
#include <optional>

namespace hotspot::plan {

// What an idle link of 1 Gbit/s carries. Only the order of domains depends on it, and that only if they write a lot.
constexpr double kAssumedBytesPerSecond = 110.0 * 1024 * 1024;
constexpr double kAssumedDowntimeSeconds = 0.3;

struct MigrationEstimate {
  double total_seconds = 0;  // infinite: the guest writes as fast as the link carries, it never ends by itself
  double downtime_seconds = 0;
  int rounds = 0;
};

// memory_bytes: what has to be sent once. A dirty rate that was not measured counts as none: then memory alone decides.
MigrationEstimate estimate_migration(std::int64_t memory_bytes, std::optional<double> dirty_bytes_per_second,
                                     double bytes_per_second = kAssumedBytesPerSecond,
                                     double allowed_downtime_seconds = kAssumedDowntimeSeconds);

}  // namespace hotspot::plan
