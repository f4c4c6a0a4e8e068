// How long a live migration will take, and for how long the guest will stand still at its end.
//
// PURE. Pre-copy in rounds: each sends what the guest wrote during the one before, until what is left can be sent
// within the downtime that is allowed; then the guest stops and the rest is sent. Source: Liu, Xu, Jin, Gong and Liao,
// "Performance and Energy Modeling for Live Migration of Virtual Machines" (HPDC 2011), section 3: with λ = dirty rate
// ÷ bandwidth and n rounds, time = V/R · (1 − λⁿ⁺¹) ÷ (1 − λ), downtime = V/R · λⁿ, and n is the least at which V · λⁿ
// is no more than the threshold; QEMU's is bandwidth × allowed downtime. The rounds are gone through one by one, so
// that two things more can be said: a guest that writes the same pages again and again dirties no more than these, and
// with auto-converge QEMU slows the vCPUs down (QEMU 7.2, migration/ram.c, migration_trigger_throttle: each second time
// that the guest dirtied more than half of what was sent).
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/units.h"

namespace hotspot::plan {

// What an idle link of 1 Gbit/s carries. Only the order of domains depends on it, and that only if they write a lot.
constexpr double kAssumedBytesPerSecond = 110.0 * 1024 * 1024;
constexpr double kAssumedDowntimeSeconds = 0.3;

struct GuestMemory {
  std::int64_t bytes = 0;                        // what has to be sent once
  std::optional<double> dirty_bytes_per_second;  // not measured counts as none: then memory alone decides
  std::optional<double> writable_bytes;          // what it writes again and again; empty: not known, no bound
  double busy_ratio = 1;  // of its vCPUs' time: one that idles writes no less while it is only kept from idling
  // All that it has: QEMU counts pages that are zero like others, and sends next to nothing for them. 0: `bytes`.
  double whole_bytes = 0;
};

// Auto-converge: the share of its time that a vCPU is kept from running.
struct Throttle {
  double initial_ratio = 0.2;  // QEMU's own
  double increment_ratio = 0.1;
};
constexpr double kMostThrottle = 0.99;

struct MigrationPath {
  double bytes_per_second = kAssumedBytesPerSecond;
  double allowed_downtime_seconds = kAssumedDowntimeSeconds;
  std::optional<Throttle> throttle;  // empty: the guest is not slowed down
  // What is left when QEMU looks for new pages, as the time to send it. It looks as soon as the rest fits into the
  // downtime, and does not send that first. 0: the formula's rounds, each of which sends all.
  double unsent_seconds = 0;
  // Without KVM, each look waits until the vCPU that is kept from running may run (accel/tcg,
  // tcg_log_global_after_sync).
  bool emulated = false;
  double stop_bytes_per_second = 0;  // while the guest stands still; 0: as before
};

struct MigrationEstimate {
  double total_seconds = 0;  // infinite: the guest writes as fast as the link carries, it never ends by itself
  double downtime_seconds = 0;
  int rounds = 0;
  double throttle_ratio = 0;  // at the end
};

// The pages that stay unsent in the first round are the last of the memory. Where not all of it is used, half as many
// of these were seen in use as of all (Linux guests of 256 MiB with 130 in use: 12 to 16 of 64).
double used_share_of_last(double used_bytes, double whole_bytes);

// For a window of time: one that never ends takes a month.
Milliseconds length_of(const MigrationEstimate& estimate);

MigrationEstimate estimate_migration(const GuestMemory& memory, const MigrationPath& path);
MigrationEstimate estimate_migration(std::int64_t memory_bytes, std::optional<double> dirty_bytes_per_second,
                                     double bytes_per_second = kAssumedBytesPerSecond,
                                     double allowed_downtime_seconds = kAssumedDowntimeSeconds);

}  // namespace hotspot::plan
