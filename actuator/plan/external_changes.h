// Detects changes of domains between snapshots, and distinguishes changes by others from our own.
//
// PURE. Our own changes are the actions of this leader and, from the journal, of those before it. The state in which a
// domain is first seen is not a change. Snapshots do not include CPU caps and shares; libvirt's events report them for
// nodes with a connection.
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

enum class ExternalChangeKind {
  kVcpus,
  kMemory,  // bytes of the balloon
  kMoved,
  kPaused,
  kResumed,
  kRestarted,  // it disappeared and is back on its node
  kGone,       // no node reports it
  kTuned,      // CPU cap or shares
  kJob         // a job (backup, save, migration) is running: no action during it, and no rest after it
};

struct ExternalChange {
  ExternalChangeKind kind = ExternalChangeKind::kVcpus;
  std::string domain_uuid, domain_name;
  std::string node_uuid, node_name;            // where it is now, or was last
  std::int64_t from = 0, to = 0;               // for kVcpus and kMemory
  std::string from_node_uuid, from_node_name;  // for kMoved
  WallTime after{}, at{};                      // it happened between these two times
  bool operator==(const ExternalChange&) const = default;
};
std::string describe(const ExternalChange& change);  // "vCPUs 2 → 4", "moved from h1 to h2", "paused"

class ExternalChanges {
 public:
  // Compares the node's newest snapshot, already applied to the cluster, with the one before. Returns changes by
  // anybody.
  std::vector<ExternalChange> look(const model::Node& node, const model::Cluster& cluster);
  // Domains that no node has reported for a minute; each is returned once.
  std::vector<ExternalChange> look_for_gone(WallTime now);
  // The guest rebooted: its balloon settles again.
  void note_reboot(const std::string& domain_uuid, WallTime at);

  // Records a state of one of our actions, which may be of an earlier leader or have ended long ago. Adopted: the
  // action was found open and may have begun although the journal does not say so.
  enum class Found { kOurs, kAdopted };
  void note_own(const model::Action& action, model::ActionState state, WallTime at, Found found = Found::kOurs);
  // Did one of our actions do it? Reverting what we did, after it is done, is a change by somebody else.
  bool is_own(const ExternalChange& change) const;
  // How many domains, nodes and domains with own actions are remembered, which is for a day.
  std::size_t size() const { return seen_.size() + absent_.size() + own_.size() + newest_.size(); }

 private:
  struct Seen {
    std::string name, node_uuid, node_name;
    std::optional<int> vcpus;
    std::optional<std::int64_t> balloon_bytes;  // the reference for the next change
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
  static bool explains(const Own& own, const ExternalChange& change);
  enum class NodeSeen { kBefore, kFirst };
  void look_at(const model::DomainRef& domain, NodeSeen node, std::vector<ExternalChange>& changes);
  void note_absent(const telemetry::NodeSnapshot& before, const telemetry::NodeSnapshot& now);
  void forget_old(WallTime now);

  std::unordered_map<std::string, Seen> seen_;  // by domain UUID
  std::map<std::string, WallTime> absent_;      // domain UUID → since when no node reports it
  WallTime next_look_{};                        // of look_for_gone()
  WallTime next_forget_{};
  std::map<std::string, std::vector<Own>> own_;                                             // by domain UUID
  std::unordered_map<std::string, std::shared_ptr<const telemetry::NodeSnapshot>> newest_;  // by node UUID
};

}  // namespace hotspot::plan
