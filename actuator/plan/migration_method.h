// Chooses the kind of live migration for a domain, or says why there is none.
//
// PURE. Plain pre-copy if the model (migration_time.h) predicts that it ends soon; auto-converge if the guest writes
// too fast for that and may be throttled; post-copy as the last step if it is allowed; otherwise a refusal that gives
// the figures. Several connections (multifd) for much memory over a link without a limit.
//
// QEMU decides by the bandwidth of the rounds whether the rest is small enough. If that bandwidth is limited, the last
// pass is not: QEMU then lifts the limit (avail-switchover-bandwidth in qapi/migration.json, QEMU 8.2, serves the same
// purpose). The rest may therefore be as large as the link carries within the downtime, if that was measured
// (migration_book.h). Guests that would never get below the limit then finish after a round or two, without being
// throttled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/migration_time.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::plan {

// What to do about disks that only the source has. kByPolicy: copied if the domain's own policy says so.
enum class LocalStorage { kRefuse, kByPolicy, kCopy };

// What the operator allows; `migration` in hotspotd.yaml.
struct MigrationSettings {
  std::optional<std::int64_t> bandwidth_bytes_per_second;  // empty: as much as the link carries
  int max_downtime_ms = 300;
  bool auto_converge = true;
  int connections = 1;     // for multifd; 1: no multifd
  bool post_copy = false;  // as a last step: if a node or the link fails during it, the domain is lost
  bool tls = false, tunnelled = false;
  LocalStorage storage = LocalStorage::kRefuse;
  std::optional<std::int64_t> storage_max_bytes;            // of one domain's disks that are copied, in total
  Milliseconds storage_max_time{std::chrono::minutes(30)};  // for copying: a longer one is not worth it
  std::vector<std::string> shared_paths;  // directories that the operator declares to be the same on every node
  bool operator==(const MigrationSettings&) const = default;
};

// Disks that are copied before the memory. From then until the domain has moved, each write goes to both sides.
struct StorageOutlook {
  double bytes = 0;  // 0: no disk is copied
  double bytes_per_second = kAssumedBytesPerSecond;
  double written_bytes_per_second = 0;  // by the guest
};

// What is known before a migration.
struct MigrationOutlook {
  GuestMemory memory;
  double bytes_per_second = kAssumedBytesPerSecond;
  double overhead_seconds = 1;  // everything but the copying: connecting, the target's QEMU, switchover
  StorageOutlook storage;
  bool emulated = false;       // its vCPUs are emulated: without KVM
  bool dirty_assumed = false;  // the dirty rate is assumed higher than sampled (dirty_rate.h)
  // The least that the link carried while a guest was stopped and no limit applied; 0: not known.
  double stop_bytes_per_second = 0;
};

struct MigrationMethod {
  bool auto_converge = false;
  std::optional<Throttle> throttle;  // empty: QEMU's default
  int connections = 1;
  bool post_copy = false;   // allowed as a fallback when pre-copy makes no progress
  bool turn_early = false;  // switch to post-copy after the first round: pre-copy is known not to end
  // For QEMU: lower than the operator's, so that what QEMU does not count fits as well; or higher, if it is known that
  // QEMU counts too much: stop_bytes_per_second.
  int downtime_limit_ms = 300;
  double stop_bytes_per_second = 0;  // that the limit is based on; 0: the rate of the rounds
  MigrationEstimate estimate;        // including the overhead and the disks
  double storage_seconds = 0;
  std::string name() const;  // "pre-copy", "pre-copy with auto-converge", …
};

// An error is the text of the refusal.
Result<MigrationMethod> choose_migration(const MigrationSettings& settings, const MigrationOutlook& outlook);

}  // namespace hotspot::plan
