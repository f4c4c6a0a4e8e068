// What a node would look like after changes that are planned or under way.
//
// PURE. A projection refers to a cluster and holds only the differences, so that trying a move is cheap. A change gives
// either the next state or a refusal that says what is in the way and by how much.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actuator/model/cluster.h"

namespace hotspot::model {

enum class RefusalKind {
  kNotMeasured,    // a value that is needed to decide was not measured
  kStale,          // the node's data are stale
  kNoCpu,          // too little CPU headroom
  kNoMemory,       // too little memory headroom
  kAtLimit,        // the limit of the domain, of its policy or of the rule is reached
  kNotMigratable,  // host devices, local disks, …
  kNoConvergence,  // a live migration would never end
  kIncompatible,   // other hypervisor, architecture or CPU model
  kNotRunning,
  kSameNode,
  kAffinity,
  kInCooldown,
  kInFlight,       // an action on this domain is under way
  kSettling,       // the node's figures still include the time before its last action
  kTooMany,        // a limit on simultaneous actions is reached
  kHeld,           // by an operator, or everything is paused
  kOnTwoNodes,     // two nodes say that the domain runs there
  kRefusedBefore,  // this target has refused this domain, and nothing has changed since
  kTargetCannot,   // something that the target has or lacks is in the way
  kForeign,        // the domain rests because somebody else changed it
  kOutsideWindow,  // outside the time window
  kMode,           // observe or recommend
  kNoTarget,       // no node can take it; the refusals of the nodes are listed beside it
  kNotApplicable   // the remedy does not fit the subject
};
const char* to_string(RefusalKind kind);  // "no_cpu", …

struct Refusal {
  RefusalKind kind;
  std::string message;  // "h2 would have 180 MiB of 4.0 GiB memory left, the margin is 410 MiB"
  bool operator==(const Refusal&) const = default;
};

// What must remain free after a change.
struct Margins {
  double node_cpu_ceiling_ratio = 0.80;    // of a node's CPU, total use after the change
  double node_memory_margin_ratio = 0.10;  // of a node's memory, still available after the change
  bool operator==(const Margins&) const = default;
};

struct NodeProjection {
  double cpus = 0;
  std::optional<double> cores_used;
  std::int64_t memory_bytes = 0;
  std::optional<std::int64_t> memory_available_bytes;

  std::optional<double> cpu_ratio() const;
  std::optional<double> memory_used_ratio() const;
};

class Projection {
 public:
  explicit Projection(const Cluster& cluster) : cluster_(&cluster) {}

  NodeProjection node(const std::string& uuid) const;

  // Each applies the change if it fits; otherwise nothing changes, and the refusal says why.
  std::optional<Refusal> move_domain(const DomainRef& domain, const Node& target, const Margins& margins);
  std::optional<Refusal> add_cores(const Node& node, double cores, const Margins& margins);
  std::optional<Refusal> add_memory(const Node& node, std::int64_t bytes, const Margins& margins);

  // Applies without a check: for what is under way already.
  void assume_move(const DomainRef& domain, const Node& target);
  // Applies the target's side only: what the source gets back is free only once a snapshot shows it.
  void assume_arrival(const DomainRef& domain, const Node& target);
  void assume_load(const std::string& node_uuid, double cores, std::int64_t memory_bytes);

  const Cluster& cluster() const { return *cluster_; }

 private:
  struct Delta {
    double cores = 0;
    std::int64_t memory_bytes = 0;
  };
  const Cluster* cluster_;
  std::map<std::string, Delta> deltas_;
};

// Why the domain could not run on the target even if it were idle: its own obstacles, hypervisor, architecture.
std::optional<Refusal> incompatibility(const DomainRef& domain, const Node& target);

}  // namespace hotspot::model
