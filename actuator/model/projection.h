// What a node would look like after changes that are planned or under way.
//
// PURE. A projection refers to a cluster and holds only the differences, so that trying a move costs nothing. A change
// either gives the next state or a refusal that says what stands in the way and by how much.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actuator/model/cluster.h"

namespace hotspot::model {

enum class RefusalKind {
  kNotMeasured,    // a value that the judgement needs is not there
  kStale,          // the node's data is too old
  kNoCpu,          // too little CPU headroom
  kNoMemory,       // too little memory headroom
  kAtLimit,        // the domain is at its own, its policy's or the rule's limit
  kNotMigratable,  // host devices, local disks, …
  kNoConvergence,  // a live migration would never end
  kIncompatible,   // other hypervisor, architecture or CPU model
  kNotRunning,
  kSameNode,
  kAffinity,
  kInCooldown,
  kInFlight,       // an action on this domain is under way
  kSettling,       // the node's figures are still of the time of the action before
  kTooMany,        // a limit on actions at once is reached
  kHeld,           // by an operator, or the actuator is paused
  kOnTwoNodes,     // two nodes say that it runs there
  kRefusedBefore,  // this target has refused this domain, and nothing has changed since
  kTargetCannot,   // what the target has, or lacks, is in the way
  kForeign,        // it rests, because somebody else changed it
  kOutsideWindow,  // of time
  kMode,           // observe or recommend
  kNoTarget,       // no node can take it; the refusals of each are beside it
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
  double node_cpu_ceiling_ratio = 0.80;    // a node's CPU, used by all, after the change
  double node_memory_margin_ratio = 0.10;  // of the node's memory, still available after the change
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

  // Each applies the change if it fits, or leaves everything as it was and says why it does not.
  std::optional<Refusal> move_domain(const DomainRef& domain, const Node& target, const Margins& margins);
  std::optional<Refusal> add_cores(const Node& node, double cores, const Margins& margins);
  std::optional<Refusal> add_memory(const Node& node, std::int64_t bytes, const Margins& margins);

  // Applies without asking: for what is under way already.
  void assume_move(const DomainRef& domain, const Node& target);
  // The target's side alone: what the source gets back is free only once a snapshot shows it.
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

// Why this domain could not run on the target at all, however idle: obstacles of its own, hypervisor, architecture.
std::optional<Refusal> incompatibility(const DomainRef& domain, const Node& target);

}  // namespace hotspot::model
