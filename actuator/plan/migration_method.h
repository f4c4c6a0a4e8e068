// Which kind of live migration a domain gets, or why it gets none.
//
// PURE. Plain pre-copy where the model (migration_time.h) says that it ends soon; auto-converge where the guest writes
// too fast for that and may be slowed down; post-copy as the last step where it is allowed; otherwise a refusal that
// says what stands against what. Several connections (multifd) for much memory over a link that is not limited.
//
// QEMU takes what is left for small enough by the bandwidth of the rounds. Where that is limited, the last pass is not:
// QEMU lifts the limit then (qapi/migration.json, avail-switchover-bandwidth, of QEMU 8.2, is for the same). So what is
// left may be as much as the link carries within the downtime, where that was seen (migration_book.h), and guests that
// never got below the limit end after a round or two, and without being slowed down.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/migration_time.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::plan {

// What is done about disks that only the source has. By policy: copied where the domain's own policy says so.
enum class LocalStorage { kRefuse, kByPolicy, kCopy };

// What the operator allows; `migration` in hotspotd.yaml.
struct MigrationSettings {
  std::optional<std::int64_t> bandwidth_bytes_per_second;  // empty: what the link carries
  int max_downtime_ms = 300;
  bool auto_converge = true;
  int connections = 1;     // of multifd; 1: no multifd
  bool post_copy = false;  // as a last step: once it has begun, losing a node or the link loses the domain
  bool tls = false, tunnelled = false;
  LocalStorage storage = LocalStorage::kRefuse;
  std::optional<std::int64_t> storage_max_bytes;            // of one domain's disks that are copied together
  Milliseconds storage_max_time{std::chrono::minutes(30)};  // that copying may take: longer is not worth it
  std::vector<std::string> shared_paths;  // folders that are the same on every node, by the operator's word
  bool operator==(const MigrationSettings&) const = default;
};

// Disks that are copied before the memory. From then until the domain has moved, each write goes to both sides.
struct StorageOutlook {
  double bytes = 0;  // 0: none is copied
  double bytes_per_second = kAssumedBytesPerSecond;
  double written_bytes_per_second = 0;  // by the guest
};

// What is known before a migration.
struct MigrationOutlook {
  GuestMemory memory;
  double bytes_per_second = kAssumedBytesPerSecond;
  double overhead_seconds = 1;  // all but the copying: connecting, the target's QEMU, handing over
  StorageOutlook storage;
  bool emulated = false;       // its vCPUs are: without KVM
  bool dirty_assumed = false;  // the dirty rate is more than what was sampled (dirty_rate.h)
  // What the link was seen to carry at least while a guest stood still and no limit held; 0: not known.
  double stop_bytes_per_second = 0;
};

struct MigrationMethod {
  bool auto_converge = false;
  std::optional<Throttle> throttle;  // empty: QEMU's own
  int connections = 1;
  bool post_copy = false;   // may be turned to when pre-copy gets nowhere
  bool turn_early = false;  // to post-copy after the first round: pre-copy is known not to end
  // For QEMU: less than the operator's, what it does not count has to fit as well; or more, where it is known that QEMU
  // counts too much: stop_bytes_per_second.
  int downtime_limit_ms = 300;
  double stop_bytes_per_second = 0;  // that the limit counts on; 0: that of the rounds
  MigrationEstimate estimate;        // with the overhead and the disks
  double storage_seconds = 0;
  std::string name() const;  // "pre-copy", "pre-copy with auto-converge", …
};

// An error is the sentence of the refusal.
Result<MigrationMethod> choose_migration(const MigrationSettings& settings, const MigrationOutlook& outlook);

}  // namespace hotspot::plan
