// What past migrations showed: the bandwidth between two nodes, and the memory of each domain.
//
// PURE. Computed from the figures of completed migrations (docs/journal.md); kept in the `state` hash, so that it
// survives a restart. The newest migration counts as much as all earlier ones together, because links and guests
// change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "actuator/model/action.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/migration_method.h"
#include "actuator/plan/storage.h"

namespace hotspot::plan {

using Figures = std::map<std::string, double>;  // as in the journal: name with unit → value

// Names of the predictions in Action::expected.
constexpr const char* kExpectedMemory = "memory_bytes";
constexpr const char* kExpectedWhole = "balloon_bytes";             // including zero pages
constexpr const char* kExpectedEstimate = "memory_estimate_bytes";  // before the correction from the book
constexpr const char* kExpectedDirty = "dirty_bytes_per_second";
constexpr const char* kExpectedWritable = "writable_bytes";  // writable working set, if it is known
constexpr const char* kExpectedDirtySampled = "sampled_dirty_bytes_per_second";
constexpr const char* kExpectedDirtyAssumed = "dirty_assumed";  // 1: assumed higher than sampled, see dirty_rate.h
constexpr const char* kExpectedDirtyLast = "last_dirty_bytes_per_second";
constexpr const char* kExpectedEmulated = "emulated";  // 1: its vCPUs are emulated
constexpr const char* kExpectedBusy = "busiest_vcpu_ratio";
constexpr const char* kExpectedVcpus = "vcpus_running";  // on the node of the source
constexpr const char* kExpectedBandwidth = "bandwidth_bytes_per_second";
constexpr const char* kExpectedStopBandwidth = "stop_bytes_per_second";  // while the guest is stopped, at least
constexpr const char* kExpectedOverhead = "overhead_seconds";
constexpr const char* kExpectedWindowCloses = "window_closes_unix_seconds";  // by when it must be done

constexpr const char* kExpectedStorage = "storage_bytes";  // of copied disks; allocated size of their files
constexpr const char* kExpectedStorageBandwidth = "storage_bytes_per_second";
constexpr const char* kExpectedStorageWritten = "storage_written_bytes_per_second";

// What is known of a migration before it; empty: not known. As figures it has the names above.
struct ExpectedMigration {
  double memory_bytes = 0, estimate_bytes = 0, whole_bytes = 0;
  double bytes_per_second = 0;
  std::optional<double> dirty_bytes_per_second, last_dirty_bytes_per_second;
  std::optional<double> busiest_vcpu_ratio, vcpus;
  std::optional<double> overhead_seconds, stop_bytes_per_second;
  // Of the disks that are copied with it; all three or none.
  std::optional<double> storage_bytes, storage_bytes_per_second, storage_written_bytes_per_second;
};
Figures figures_of(const ExpectedMigration& expected);

class MigrationBook {
 public:
  struct Pair {
    double bytes_per_second = 0;
    double overhead_seconds = 0;
    int migrations = 0;
    double storage_bytes_per_second = 0;  // 0: no disk was copied yet
    int copies = 0;
    double stop_bytes_per_second = 0;  // while the guest was stopped without a limit, at least; 0: not known
    bool operator==(const Pair&) const = default;
  };
  struct DomainMemory {
    std::optional<double> dirty_bytes_per_second;
    // Sent in the first round, and what was estimated: pages that the guest used once and now calls unused are sent as
    // well, and are the first that it uses again.
    double first_round_bytes = 0, estimate_bytes = 0;
    WallTime at{};
    bool operator==(const DomainMemory&) const = default;
  };

  // A migration completed; figures: those at its end.
  void note(const model::Action& action, const Figures& figures, WallTime now);
  // What is expected of moving the domain there. For a pair of nodes without a migration so far: the speed of the
  // slower link; if that is unknown, the median of other pairs; before the first migration, an assumption; never more
  // than the bandwidth in the settings. For a domain without a migration so far: the median share of freed pages is
  // added.
  ExpectedMigration expect(const model::DomainRef& domain, const model::Node& target,
                           const MigrationSettings& settings) const;

  struct Route {
    const model::DomainRef& domain;
    const model::Node& target;
  };
  // ... and of the disks that are copied with it, if any; to be called after expect().
  void expect_storage(const Route& route, const StoragePlan& storage, const MigrationSettings& settings,
                      ExpectedMigration& expected) const;

  // Medians over everything learned. A rate of 0: nothing was.
  struct Usual {
    double bytes_per_second = 0, overhead_seconds = 0;  // over the pairs
    double freed_bytes = 0;                             // over the domains: unused, but sent
  };
  const Usual& usual() const { return usual_; }

  using Pairs = std::map<std::pair<std::string, std::string>, Pair>;  // source UUID, target UUID
  using Domains = std::map<std::string, DomainMemory>;                // by domain UUID
  const Pairs& pairs() const { return pairs_; }
  const Domains& domains() const { return domains_; }
  // Figures of a domain that are half a day old or older no longer describe it.
  void forget_old(WallTime now);

  void restore(Pairs pairs, Domains domains);
  // From the text of versions before JSON, a line each:
  // "pair SOURCE TARGET BYTES_PER_SECOND OVERHEAD_SECONDS MIGRATIONS", "disks SOURCE TARGET BYTES_PER_SECOND COPIES",
  // "stop SOURCE TARGET BYTES_PER_SECOND", "guest UUID DIRTY FIRST_ROUND_BYTES ESTIMATE_BYTES AT_MS"; an unknown dirty
  // rate is -1.
  Result<void> restore(const std::string& text);

 private:
  const Pair* find_pair(const model::DomainRef& domain, const model::Node& target) const;  // null: nothing known
  static void note_memory(DomainMemory& memory, const model::Action& action, const Figures& figures, double rate);
  static void note_stop(Pair& pair, const Figures& figures);
  void note_storage(const model::Action& action, const Figures& figures);
  void find_usual();
  Pairs pairs_;
  Domains domains_;
  Usual usual_;  // medians of the above
};

// The outlook that these figures describe.
MigrationOutlook outlook_of(const Figures& expected);
MigrationOutlook outlook_of(const ExpectedMigration& expected);
// What has to be sent of a domain at first, as far as its snapshot shows: what the guest does not report as unused.
std::int64_t memory_to_send_bytes(const model::DomainSample& domain);

}  // namespace hotspot::plan
