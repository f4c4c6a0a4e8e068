// Sees what changed on domains from snapshot to snapshot, and tells what somebody else did from what we did.
//
// PURE. Ours are the actions of this leader and of those before it, from the journal. What a domain was first seen with
// is nobody's change. Snapshots do not tell CPU caps and shares; libvirt's events do, where we are connected.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/cluster.h"

namespace hotspot::plan {

enum class ForeignKind {
  kVcpus,
  kMemory,  // bytes of the balloon
  kMoved,
  kPaused,
  kResumed,
  kRestarted,  // it was gone and is back on its node
  kGone,       // no node shows it
  kTuned,      // CPU cap or shares
  kJob  // a job (backup, save, migration) holds it: it is left alone while that lasts, and does not rest after it
};

struct ForeignChange {
  ForeignKind kind = ForeignKind::kVcpus;
  std::string domain_uuid, domain_name;
  std::string node_uuid, node_name;            // where it is now, or was last
  std::int64_t from = 0, to = 0;               // of kVcpus and kMemory
  std::string from_node_uuid, from_node_name;  // of kMoved
  WallTime after{}, at{};                      // it happened between these two
  bool operator==(const ForeignChange&) const = default;
};
std::string describe(const ForeignChange& change);  // "vCPUs 2 → 4", "moved from h1 to h2", "paused"

class ForeignWatch {
 public:
  // The node's newest snapshot, which the cluster has taken in already. Whoever made the changes.
  std::vector<ForeignChange> look(const model::Node& node, const model::Cluster& cluster);
  // Domains that no node has shown for a minute, told once.
  std::vector<ForeignChange> look_for_gone(WallTime now);
  // The guest started again by itself: its balloon finds its place once more.
  void note_reboot(const std::string& domain_uuid, WallTime at);

  // An action of ours, in any of its states: also one of a leader before, or one that ended long ago. Adopted: one that
  // we found open, which may have been begun although the journal does not say so.
  enum class Found { kOurs, kAdopted };
  void note_own(const model::Action& action, model::ActionState state, WallTime at, Found found = Found::kOurs);
  // Did an action of ours do it? Whoever takes back what we did, once it is done, is somebody else.
  bool is_own(const ForeignChange& change) const;
  // Domains, nodes and domains with actions of ours that it remembers: those of a day.
  std::size_t size() const { return seen_.size() + absent_.size() + own_.size() + newest_.size(); }

 private:
  struct Seen {
    std::string name, node_uuid, node_name;
    std::optional<int> vcpus;
    std::optional<std::int64_t> balloon_bytes;  // from which the next change is counted
    bool paused_by_user = false, job = false;
    WallTime at{}, balloon_counts_from{};
    std::optional<WallTime> absent_since;
    bool told_gone = false;
  };
  struct Own {
    model::Action action;
    WallTime begun{};
    std::optional<WallTime> ended;
    model::ActionState end = model::ActionState::kDone;  // if it has ended
    bool adopted = false;
  };
  static bool explains(const Own& own, const ForeignChange& change);
  void look_at(const model::DomainRef& domain, bool node_is_new, std::vector<ForeignChange>& changes);
  void note_absent(const telemetry::NodeSnapshot& before, const telemetry::NodeSnapshot& now);
  void forget_old(WallTime now);

  std::unordered_map<std::string, Seen> seen_;  // by domain UUID
  std::map<std::string, WallTime> absent_;      // domain UUID → since when no node shows it
  WallTime next_look_{};                        // for those
  WallTime next_forget_{};
  std::map<std::string, std::vector<Own>> own_;                                             // by domain UUID
  std::unordered_map<std::string, std::shared_ptr<const telemetry::NodeSnapshot>> newest_;  // by node UUID
};

}  // namespace hotspot::plan
