// Ensures that no guest suffers from a shrink: remembers what guests needed, detects when one suffers, even after the
// shrink was watched, and reports it.
//
// Active in every daemon, also in a standby: it sees the snapshots, and a new leader knows the past from the state and
// the journal. Uses ports only. Thread rule: the loop's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/memory_peaks.h"
#include "actuator/plan/planner.h"
#include "actuator/plan/starvation.h"
#include "actuator/ports/domain_event.h"
#include "actuator/ports/journal.h"
#include "actuator/rules/firing.h"

namespace hotspot::loop {

struct MemoryCareOptions {
  Milliseconds remember{std::chrono::hours(24)};  // peaks, and what a failed shrink showed
  Milliseconds after{std::chrono::minutes(10)};   // a guest that suffers so soon after a shrink suffers from it
};

// A shrink that a guest could not bear.
struct FailedShrink {
  std::string subject;  // "domain web1 on h1"
  std::string sentence;
  WallTime at{};
};

class MemoryCare {
 public:
  explicit MemoryCare(MemoryCareOptions options) : options_(options), peaks_(options.remember) {}

  const model::MemoryPeaks& peaks() const { return peaks_; }

  // A node's newest snapshot, which the cluster has taken in already; what libvirt told of a domain.
  void saw(const model::Node& node, const model::Cluster& cluster);
  void saw(const ports::DomainEvent& event);
  // A state of an action of ours, or of the leader before.
  void note(const ports::JournalEntry& entry, const model::Cluster& cluster);

  struct News {
    std::vector<std::pair<std::string, std::string>> give_back;  // ids of shrinks under way, and why
    std::vector<model::Action> undo;  // roll-backs of shrinks that were done; ids are complete
    std::vector<FailedShrink> failed;
  };
  struct Situation {
    const std::vector<rules::Firing>& firings;
    const std::vector<plan::InFlight>& in_flight;
    const model::Cluster& cluster;
    rules::Mode mode = rules::Mode::kObserve;  // what is done already is taken back in enforce only
    WallTime now{};
    std::int64_t token = 0;  // in the ids of roll-backs
  };
  // While we lead. Also what the rules say: a guest from which memory is taken and to which a rule would give some gets
  // it back at once.
  News advance(const Situation& situation);

  // Fields of `state` (record/memory_record.h). Made anew once a minute, and when a shrink has failed.
  const std::map<std::string, std::string>& durable(WallTime now);
  // The fields of all, of which ours are taken. An error: some of it is not usable; the rest is.
  Result<void> restore(const std::map<std::string, std::string>& state, WallTime now);
  // The journal's newest entries: of shrinks that are under way or have just ended. What failed was told then.
  void restore(const std::vector<ports::JournalEntry>& newest, const model::Cluster& cluster);
  // From history.
  void note_past(const std::string& domain_uuid, WallTime at, std::int64_t used_bytes) {
    peaks_.note_past(domain_uuid, at, used_bytes);
  }
  std::uint64_t failed_shrinks() const { return failed_count_; }

 private:
  struct Shrink {
    model::Action action;
    std::int64_t bytes_before = 0;  // all memory of the guest; 0: not known
    std::optional<WallTime> done_at;
    std::string sign;  // that the guest suffers, which nobody has acted upon yet
  };
  void fail(const Shrink& shrink, const std::string& why, WallTime at);
  void note_roll_back(const ports::JournalEntry& entry, const model::Cluster& cluster);
  void note_shrink(const ports::JournalEntry& entry, const model::Cluster& cluster);
  void note_growth(const ports::JournalEntry& entry);
  // False: nothing is left to be watched of it.
  bool advance(Shrink& shrink, const Situation& situation, News& news);
  void tidy(WallTime now);

  MemoryCareOptions options_;
  model::MemoryPeaks peaks_;
  std::map<std::string, plan::StarvationWatch> watches_;  // by domain UUID
  std::map<std::string, Shrink> shrinks_;                 // by domain UUID: the newest
  std::vector<FailedShrink> failed_;
  std::uint64_t failed_count_ = 0;
  std::map<std::string, std::string> fields_;
  std::optional<WallTime> fields_at_;
  WallTime tidied_at_{};
};

}  // namespace hotspot::loop
