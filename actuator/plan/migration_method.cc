#include "actuator/plan/migration_method.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/text.h"
#include "telemetry/units.h"

namespace hotspot::plan {
namespace {

// What stands still besides the copying: the devices' state and the handing over. A third at most is kept for it.
constexpr int kHandOverMs = 100;
// Above this the rounds get many; a guest that may be slowed down is slowed down at once to half of the link.
constexpr double kHighLambda = 0.8;
constexpr double kLambdaWanted = 0.5;
// A connection more pays only where there is much to send.
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
  return {outlook.bytes_per_second, method.downtime_limit_ms / 1000.0, throttle};
}

// All is sent about once before the guest changes sides, and what it wrote meanwhile after that; hardly any downtime.
MigrationEstimate estimate_post_copy(const MigrationOutlook& outlook) {
  const double once = static_cast<double>(outlook.memory.bytes) / outlook.bytes_per_second;
  const double again = once * std::min(1.0, lambda(outlook));
  return {once + again, kHandOverMs / 1000.0, 1, 0};
}

}  // namespace

std::string MigrationMethod::name() const {
  std::string text = turn_early ? "post-copy after one round" : "pre-copy";
  if (throttle) text += " with auto-converge from " + model::ratio_text(throttle->initial_ratio);
  if (connections > 1) text += " over " + std::to_string(connections) + " connections";
  return text;
}

Result<MigrationMethod> choose_migration(const MigrationSettings& settings, const MigrationOutlook& outlook) {
  MigrationMethod method;
  method.downtime_limit_ms = std::max(settings.max_downtime_ms - kHandOverMs, settings.max_downtime_ms * 2 / 3);
  method.auto_converge = settings.auto_converge;
  method.post_copy = settings.post_copy && !settings.tunnelled;
  // QEMU 7.2 has no post-copy over several connections, and libvirt no tunnel for them.
  if (outlook.memory.bytes >= kManyBytes && !settings.bandwidth_bytes_per_second && !method.post_copy &&
      !settings.tunnelled)
    method.connections = settings.connections;
  if (method.auto_converge && lambda(outlook) >= kHighLambda) {
    const double busy = std::clamp(outlook.memory.busy_ratio, 0.01, 1.0);
    const double wanted = std::ceil((1 - kLambdaWanted * busy / lambda(outlook)) * 20) / 20;
    method.throttle = Throttle{std::clamp(wanted, 0.2, kMostThrottle), 0.1};
  }
  method.estimate = estimate_migration(outlook.memory, path_of(method, outlook));
  if (std::isinf(method.estimate.total_seconds) && method.post_copy) {
    method.turn_early = true;
    method.auto_converge = false;
    method.throttle.reset();
    method.estimate = estimate_post_copy(outlook);
  }
  if (std::isinf(method.estimate.total_seconds)) {
    return Error{"it would never end: the guest writes " + rate_text(*outlook.memory.dirty_bytes_per_second) +
                 ", the link carries " + rate_text(outlook.bytes_per_second) +
                 (settings.auto_converge ? ", and slowing the guest down does not make up for it"
                                         : ", and 'auto_converge' is off") +
                 (settings.post_copy ? "" : "; 'post_copy' is not allowed")};
  }
  method.estimate.total_seconds += outlook.overhead_seconds;
  return method;
}

double believed_dirty_rate(const DirtySample& sample, std::optional<double> of_last_migration) {
  if (!of_last_migration) return sample.bytes_per_second;
  const double each = kSamplesPerByte * sample.seconds;
  const double seen = sample.bytes_per_second * each, due = *of_last_migration * each;
  return std::abs(seen - due) <= 2 * std::sqrt(std::max(due, 1.0)) ? *of_last_migration : sample.bytes_per_second;
}

}  // namespace hotspot::plan
