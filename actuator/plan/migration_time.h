// Predicts how long a live migration will take, and for how long the guest will be stopped at its end.
//
// PURE. Pre-copy works in rounds: each sends what the guest wrote during the one before, until the rest can be sent
// within the allowed downtime; then the guest is stopped and the rest is sent. Source: Liu, Xu, Jin, Gong and Liao,
// "Performance and Energy Modeling for Live Migration of Virtual Machines" (HPDC 2011), section 3: with λ = dirty rate
// ÷ bandwidth and n rounds, time = V/R · (1 − λⁿ⁺¹) ÷ (1 − λ), downtime = V/R · λⁿ, and n is the least number for which
// V · λⁿ is no more than the threshold; QEMU's threshold is bandwidth × allowed downtime. The rounds are simulated one
// by one, so that two more effects can be included: a guest that writes the same pages again and again dirties no more
// than these, and with auto-converge QEMU throttles the vCPUs (QEMU 7.2, migration/ram.c, migration_trigger_throttle:
// every second time that the guest dirtied more than half of what was sent).
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/units.h"

namespace hotspot::plan {

// What an idle link of 1 Gbit/s carries. Only the order of domains depends on it, and only if they write a lot.
constexpr double kAssumedBytesPerSecond = 110.0 * 1024 * 1024;
constexpr double kAssumedDowntimeSeconds = 0.3;

struct GuestMemory {
  std::int64_t bytes = 0;                        // what has to be sent once
  std::optional<double> dirty_bytes_per_second;  // not measured counts as none: then only the memory size counts
  std::optional<double> writable_bytes;          // writable working set; empty: not known, no bound
  double busy_ratio = 1;  // of its vCPUs' time: throttling first takes idle time, in which nothing is written
  // All its memory: QEMU counts zero pages like others, but sends next to nothing for them. 0: `bytes`.
  double whole_bytes = 0;
};

// Auto-converge: the share of its time in which a vCPU is kept from running.
struct Throttle {
  double initial_ratio = 0.2;  // QEMU's default
  double increment_ratio = 0.1;
};
constexpr double kMostThrottle = 0.99;

struct MigrationPath {
  double bytes_per_second = kAssumedBytesPerSecond;
  double allowed_downtime_seconds = kAssumedDowntimeSeconds;
  std::optional<Throttle> throttle;  // empty: the guest is not throttled
  // What is left when QEMU looks for new pages, as the time to send it. QEMU looks as soon as the rest fits into the
  // downtime, without sending that first. 0: as in the formula, each round sends everything.
  double unsent_seconds = 0;
  // Without KVM, each such look waits until the throttled vCPU may run (accel/tcg, tcg_log_global_after_sync).
  bool emulated = false;
  double stop_bytes_per_second = 0;  // while the guest is stopped; 0: the same rate
};

struct MigrationEstimate {
  double total_seconds = 0;  // infinite: the guest writes as fast as the link carries, so that it never ends
  double downtime_seconds = 0;
  int rounds = 0;
  double throttle_ratio = 0;  // at the end
};

// The pages that stay unsent in the first round are the last of the memory. If not all memory is used, these are in use
// half as often as the average (Linux guests of 256 MiB with 130 in use: 12 to 16 of 64).
double used_share_of_last(double used_bytes, double whole_bytes);

// For a time window: a migration that never ends counts as a month.
Milliseconds length_of(const MigrationEstimate& estimate);

MigrationEstimate estimate_migration(const GuestMemory& memory, const MigrationPath& path);
MigrationEstimate estimate_migration(std::int64_t memory_bytes, std::optional<double> dirty_bytes_per_second,
                                     double bytes_per_second = kAssumedBytesPerSecond,
                                     double allowed_downtime_seconds = kAssumedDowntimeSeconds);

}  // namespace hotspot::plan
