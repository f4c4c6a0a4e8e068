// Which kind of live migration a domain gets, or why it gets none.
//
// PURE. Plain pre-copy where the model (migration_time.h) says that it ends soon; auto-converge where the guest writes
// too fast for that and may be slowed down; post-copy as the last step where it is allowed; otherwise a refusal that
// says what stands against what. Several connections (multifd) for much memory over a link that is not limited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actuator/plan/migration_time.h"
#include "telemetry/result.h"

namespace hotspot::plan {

// What the operator allows; `migration` in hotspotd.yaml.
struct MigrationSettings {
  std::optional<std::int64_t> bandwidth_bytes_per_second;  // empty: what the link carries
  int max_downtime_ms = 300;
  bool auto_converge = true;
  int connections = 1;     // of multifd; 1: no multifd
  bool post_copy = false;  // as a last step: once it has begun, losing a node or the link loses the domain
  bool tls = false, tunnelled = false;
  bool operator==(const MigrationSettings&) const = default;
};

// What is known before a migration.
struct MigrationOutlook {
  GuestMemory memory;
  double bytes_per_second = kAssumedBytesPerSecond;
  double overhead_seconds = 1;  // all but the copying: connecting, the target's QEMU, handing over
};

struct MigrationMethod {
  bool auto_converge = false;
  std::optional<Throttle> throttle;  // empty: QEMU's own
  int connections = 1;
  bool post_copy = false;       // may be turned to when pre-copy gets nowhere
  bool turn_early = false;      // to post-copy after the first round: pre-copy is known not to end
  int downtime_limit_ms = 300;  // for QEMU: less than the operator's, what it does not count has to fit as well
  MigrationEstimate estimate;   // with the overhead
  std::string name() const;     // "pre-copy", "pre-copy with auto-converge", …
};

// An error is the sentence of the refusal.
Result<MigrationMethod> choose_migration(const MigrationSettings& settings, const MigrationOutlook& outlook);

// A dirty rate that was sampled just before (QEMU compares pages at both ends of `seconds`), and what the last
// migration of the same domain taught. How many pages of a sample changed is by chance: where n would have changed at
// the last migration's rate, 2 √n more or less do not contradict it, and it is the better one.
struct DirtySample {
  double bytes_per_second = 0;
  double seconds = 1;
};
// libvirt leaves QEMU at 512 samples for each GiB (qapi/migration.json, calc-dirty-rate).
constexpr double kSamplesPerByte = 512.0 / (1024.0 * 1024 * 1024);
double believed_dirty_rate(const DirtySample& sample, std::optional<double> of_last_migration);

}  // namespace hotspot::plan
