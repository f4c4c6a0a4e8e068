// What a node would look like after changes that are planned or under way.
//
// PURE. Domains count with their demand for CPU, used and stolen (load.h), and nodes with that of their domains. A
// projection refers to a cluster and holds only the differences, so that trying a move is cheap. A change gives
// either the next state or a refusal that says what is in the way and by how much.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actuator/model/cluster.h"
#include "actuator/model/refusal.h"

namespace hotspot::model {

// What must remain free after a change.
struct Margins {
  double node_cpu_ceiling_ratio = 0.80;    // of a node's CPU, total use after the change
  double node_memory_margin_ratio = 0.10;  // of a node's memory, still available after the change
  bool operator==(const Margins&) const = default;
};

struct NodeProjection {
  double cpus = 0;
  std::optional<double> cores_used;  // demand: with what its domains wait for (steal), so it can exceed `cpus`
  std::int64_t memory_bytes = 0;
  std::optional<std::int64_t> memory_available_bytes;

  std::optional<double> cpu_ratio() const;
  std::optional<double> memory_used_ratio() const;
};

class Projection {
 public:
  explicit Projection(const Cluster& cluster) : cluster_(&cluster) {}

  NodeProjection node(const std::string& uuid) const;
  NodeProjection node(const Node& node) const;

  // Would the domain fit there, and what would the target be like with it? Nothing is applied.
  std::optional<Refusal> arrival_refusal(const DomainRef& domain, const Node& target, const Margins& margins,
                                         Wording wording = Wording::kSentence) const;
  NodeProjection after_arrival(const DomainRef& domain, const Node& target) const;
  // The used share of the busiest link that leads out of the node (load.h), with the traffic of the domains that come
  // and go, and of another domain that may come; empty: no speed is known.
  std::optional<double> net_used_ratio(const Node& node, const DomainRef& arriving = {}) const;

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
    double net_bits_per_second = 0;
  };
  static NodeProjection projected(const Node& node, const Delta& delta);
  const Delta& delta_of(const std::string& uuid) const;

  const Cluster* cluster_;
  std::map<std::string, Delta> deltas_;
};

// Why the domain could not run on the target even if it were idle: its own obstacles, hypervisor, architecture.
std::optional<Refusal> incompatibility(const DomainRef& domain, const Node& target,
                                       Wording wording = Wording::kSentence);

}  // namespace hotspot::model
