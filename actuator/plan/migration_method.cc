#include "actuator/plan/migration_method.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/text.h"
#include "common/text/duration.h"
#include "telemetry/units.h"

namespace hotspot::plan {
namespace {

// The guest is stopped not only for the copying, but also for the device state and the switchover. At most a third.
constexpr int kHandOverMs = 100;
// QEMU sends in windows of this length, and checks between two of them (migration.c, BUFFER_DELAY).
constexpr double kWindowSeconds = 0.1;
// Above this, QEMU throttles the guest, from 20 % in small steps. A guest that is mostly idle does not notice those for
// minutes, so the throttle begins with what halves the rate to below the link's.
constexpr double kHighLambda = 0.5;
constexpr double kLambdaWanted = 0.5;
// The allowed downtime is used up only if the guest is then throttled less or for a shorter time, or if the migration
// becomes shorter by this factor; measurements are trusted to that extent.
constexpr double kWorthIt = 0.6;
constexpr double kMostFaster = 16;
// If the link is slower after all, libvirt has to answer before its calls time out (10 s).
constexpr int kMostLimitMs = 5000;
// More connections pay only if there is much to send.
constexpr std::int64_t kManyBytes = kGibibyte;

std::string rate_text(double bytes_per_second) {
  return model::bytes_text(static_cast<std::int64_t>(bytes_per_second)) + "/s";
}

double lambda(const MigrationOutlook& outlook) {
  return outlook.memory.dirty_bytes_per_second.value_or(0) / outlook.bytes_per_second;
}

MigrationPath path_of(const MigrationMethod& method, const MigrationOutlook& outlook) {
  std::optional<Throttle> throttle;
  if (method.auto_converge) throttle = method.throttle.value_or(Throttle{});
  const double allowed = method.downtime_limit_ms / 1000.0;
  return {outlook.bytes_per_second,    allowed, throttle, std::max(0.0, allowed - kWindowSeconds / 2), outlook.emulated,
          method.stop_bytes_per_second};
}

// Everything is sent about once before the switchover, and what the guest wrote meanwhile after it; hardly any
// downtime.
MigrationEstimate estimate_post_copy(const MigrationOutlook& outlook) {
  const double once = static_cast<double>(outlook.memory.bytes) / outlook.bytes_per_second;
  const double again = once * std::min(1.0, lambda(outlook));
  return {once + again, kHandOverMs / 1000.0, 1, 0};
}

// How much faster the last pass is than QEMU assumes, which is at most the limit given to libvirt in whole MiB/s. 1 if
// no limit slows the rounds down.
double times_faster(const MigrationSettings& settings, const MigrationOutlook& outlook) {
  if (!settings.bandwidth_bytes_per_second) return 1;
  const auto told =
      static_cast<double>(std::max<std::int64_t>(1, *settings.bandwidth_bytes_per_second / kMebibyte) * kMebibyte);
  return std::clamp(outlook.stop_bytes_per_second / told, 1.0, kMostFaster);
}

// Chooses the throttle and computes the result.
void expect(MigrationMethod& method, const MigrationOutlook& outlook) {
  method.throttle.reset();
  // If the writable working set fits into the downtime, the migration ends after one round.
  const bool small =
      outlook.memory.writable_bytes.value_or(INFINITY) <= outlook.bytes_per_second * method.downtime_limit_ms / 1000.0;
  // Before 9.0, QEMU without KVM loses writes of a guest that is put to sleep in the middle of them, the more the
  // longer it sleeps (commit 03bfc2188f). So a rate that is only assumed never leads to long sleeps.
  const bool dangerous = outlook.emulated && outlook.dirty_assumed;
  if (method.auto_converge && lambda(outlook) >= kHighLambda && !small && !dangerous) {
    const double busy = std::clamp(outlook.memory.busy_ratio, 0.01, 1.0);
    const double wanted = std::ceil((1 - kLambdaWanted * busy / lambda(outlook)) * 20) / 20;
    method.throttle = Throttle{std::clamp(wanted, 0.2, kMostThrottle), 0.1};
  }
  method.estimate = estimate_migration(outlook.memory, path_of(method, outlook));
}

// A guest that writes to its disks nearly as fast as they are copied never finishes.
constexpr double kHighWriteRatio = 0.9;

// The time for the disks, and what is left of the link for the memory.
Result<double> storage_seconds(MigrationOutlook& outlook) {
  const StorageOutlook& storage = outlook.storage;
  if (storage.bytes <= 0) return 0.0;
  if (storage.written_bytes_per_second >= kHighWriteRatio * storage.bytes_per_second)
    return Error{"its disks would never be copied: the guest writes " + rate_text(storage.written_bytes_per_second) +
                 " to them, and " + rate_text(storage.bytes_per_second) + " can be copied"};
  outlook.bytes_per_second = std::max(outlook.bytes_per_second - storage.written_bytes_per_second,
                                      outlook.bytes_per_second * (1 - kHighWriteRatio));
  return storage.bytes / (storage.bytes_per_second - storage.written_bytes_per_second);
}

// Raises the limit so far that the last pass takes no longer than the original limit, if that is worth it.
void choose_limit(MigrationMethod& method, const MigrationSettings& settings, const MigrationOutlook& outlook) {
  const int most_ms =
      std::min(kMostLimitMs, static_cast<int>(method.downtime_limit_ms * times_faster(settings, outlook)));
  if (most_ms > method.downtime_limit_ms) method.stop_bytes_per_second = outlook.stop_bytes_per_second;
  const int unraised_ms = method.downtime_limit_ms;
  method.downtime_limit_ms = std::min(std::max(settings.max_downtime_ms, unraised_ms), std::max(most_ms, unraised_ms));
  expect(method, outlook);
  if (most_ms > method.downtime_limit_ms) {
    MigrationMethod other = method;
    other.downtime_limit_ms = most_ms;
    expect(other, outlook);
    const bool slower = method.estimate.throttle_ratio > other.estimate.throttle_ratio;
    const double worth_it = method.estimate.throttle_ratio > 0 ? 1 : kWorthIt;
    if (slower || other.estimate.total_seconds < worth_it * method.estimate.total_seconds) method = other;
  }
}

Error never_ends(const MigrationSettings& settings, const MigrationOutlook& outlook) {
  return Error{"it would never end: the guest writes " + rate_text(*outlook.memory.dirty_bytes_per_second) +
               ", the link carries " + rate_text(outlook.bytes_per_second) +
               (settings.auto_converge ? ", and slowing the guest down does not make up for it"
                                       : ", and 'auto_converge' is off") +
               (settings.post_copy ? "" : "; 'post_copy' is not allowed")};
}

}  // namespace

std::string MigrationMethod::name() const {
  std::string text = turn_early ? "post-copy after one round" : "pre-copy";
  if (throttle) text += " with auto-converge from " + model::ratio_text(throttle->initial_ratio);
  if (connections > 1) text += " over " + std::to_string(connections) + " connections";
  return text;
}

Result<MigrationMethod> choose_migration(const MigrationSettings& settings, const MigrationOutlook& known) {
  MigrationOutlook outlook = known;
  MigrationMethod method;
  const auto of_disks = storage_seconds(outlook);
  if (!of_disks) return of_disks.error();
  method.storage_seconds = *of_disks;
  if (const auto time = Milliseconds(std::llround(*of_disks * 1000)); time > settings.storage_max_time)
    return Error{"its disks would be copied for " + text::duration_text(time) + ", 'storage_max_time' is " +
                 text::duration_text(settings.storage_max_time)};
  method.downtime_limit_ms = std::max(settings.max_downtime_ms - kHandOverMs, settings.max_downtime_ms * 2 / 3);
  method.auto_converge = settings.auto_converge;
  method.post_copy = settings.post_copy && !settings.tunnelled;
  // QEMU 7.2 has no post-copy over several connections, and libvirt has no tunnel for them.
  if (outlook.memory.bytes >= kManyBytes && !settings.bandwidth_bytes_per_second && !method.post_copy &&
      !settings.tunnelled)
    method.connections = settings.connections;
  choose_limit(method, settings, outlook);
  if (std::isinf(method.estimate.total_seconds) && method.post_copy) {
    method.turn_early = true;
    method.auto_converge = false;
    method.throttle.reset();
    method.estimate = estimate_post_copy(outlook);
  }
  if (std::isinf(method.estimate.total_seconds)) return never_ends(settings, outlook);
  method.estimate.total_seconds += outlook.overhead_seconds + method.storage_seconds;
  return method;
}

}  // namespace hotspot::plan
