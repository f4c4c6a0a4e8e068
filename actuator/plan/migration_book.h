// What migrations taught: the bandwidth between two nodes, and what each domain's memory is like.
//
// PURE. From the figures of migrations that were done (docs/journal.md); kept in the `state` hash, so that it outlives
// a restart. The newest migration counts as much as all before it, because links and guests change.
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

// Names of what a plan expects of a migration: Action::expected.
constexpr const char* kExpectedMemory = "memory_bytes";
constexpr const char* kExpectedWhole = "balloon_bytes";             // with its zero pages
constexpr const char* kExpectedEstimate = "memory_estimate_bytes";  // before what the book taught
constexpr const char* kExpectedDirty = "dirty_bytes_per_second";
constexpr const char* kExpectedWritable = "writable_bytes";  // what the guest writes again and again, if it is known
constexpr const char* kExpectedDirtySampled = "sampled_dirty_bytes_per_second";
constexpr const char* kExpectedDirtyAssumed = "dirty_assumed";  // 1: it is more than was sampled, see dirty_rate.h
constexpr const char* kExpectedDirtyLast = "last_dirty_bytes_per_second";
constexpr const char* kExpectedEmulated = "emulated";  // 1: its vCPUs are
constexpr const char* kExpectedBusy = "busiest_vcpu_ratio";
constexpr const char* kExpectedVcpus = "vcpus_running";  // that its QEMU runs, as the node told
constexpr const char* kExpectedBandwidth = "bandwidth_bytes_per_second";
constexpr const char* kExpectedStopBandwidth = "stop_bytes_per_second";  // while the guest stands still, at least
constexpr const char* kExpectedOverhead = "overhead_seconds";
constexpr const char* kExpectedWindowCloses = "window_closes_unix_seconds";  // by then it must be done

constexpr const char* kExpectedStorage = "storage_bytes";  // of disks that are copied; their files' true size
constexpr const char* kExpectedStorageBandwidth = "storage_bytes_per_second";
constexpr const char* kExpectedStorageWritten = "storage_written_bytes_per_second";

class MigrationBook {
 public:
  struct Pair {
    double bytes_per_second = 0;
    double overhead_seconds = 0;
    int migrations = 0;
    double storage_bytes_per_second = 0;  // 0: no disk was copied yet
    int copies = 0;
    double stop_bytes_per_second = 0;  // while the guest stood still and no limit held, at least; 0: not known
  };
  struct Guest {
    std::optional<double> dirty_bytes_per_second;
    // Sent in the first round, and what was thought to be there: pages that the guest calls unused but has used once
    // are sent as well, and they are the first that it uses again.
    double first_round_bytes = 0, thought_bytes = 0;
    WallTime at{};
  };

  // A migration was done; figures: those of its end.
  void note(const model::Action& action, const Figures& figures, WallTime now);
  // What is known now about moving the domain there. Links that nothing was learned of: the slower of the nodes'
  // links; where that is not known, what is usual of others; before the first of all, an assumption; at most the
  // settings' bandwidth. A guest that nothing was learned of: as many pages that it has freed are sent as is usual.
  Figures expect(const model::DomainRef& domain, const model::Node& target, const MigrationSettings& settings) const;

  // ... and about the disks that are copied with it, if any; after expect().
  void expect_storage(const model::DomainRef& domain, const model::Node& target, const StoragePlan& storage,
                      const MigrationSettings& settings, Figures& expected) const;

  // Medians of all that was learned. 0 of the rate: nothing was.
  struct Usual {
    double bytes_per_second = 0, overhead_seconds = 0;  // of the pairs
    double freed_bytes = 0;                             // of the guests: unused, and sent all the same
  };
  const Usual& usual() const { return usual_; }

  const std::map<std::pair<std::string, std::string>, Pair>& pairs() const { return pairs_; }
  const std::map<std::string, Guest>& guests() const { return guests_; }
  // What was learned of a domain half a day ago or longer says nothing about it now.
  void forget_old(WallTime now);

  std::string save() const;
  Result<void> restore(const std::string& text);

 private:
  static void note_guest(Guest& guest, const model::Action& action, const Figures& figures, double rate);
  static void note_stop(Pair& pair, const Figures& figures);
  void note_storage(const model::Action& action, const Figures& figures);
  void find_usual();
  std::map<std::pair<std::string, std::string>, Pair> pairs_;  // source UUID, target UUID
  std::map<std::string, Guest> guests_;                        // by domain UUID
  Usual usual_;                                                // of these
};

// The outlook that these figures tell.
MigrationOutlook outlook_of(const Figures& expected);
// What has to be sent of a domain at first, as far as its snapshot tells: what the guest does not call unused.
std::int64_t memory_to_send_bytes(const model::DomainSample& domain);

}  // namespace hotspot::plan
