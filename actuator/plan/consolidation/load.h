// The load of the nodes while a plan is made: a move is tried, scored and undone in the length of a node's list at
// most.
#pragma once

#include <vector>

#include "actuator/plan/consolidation/cluster.h"
#include "actuator/plan/consolidation/costs.h"

namespace hotspot::plan::consolidation {

// Not copied with the cluster: it must outlive this. One thread.
class Load {
 public:
  Load(const Cluster& cluster, const Policy& policy);

  const Cluster& cluster() const { return cluster_; }
  const Policy& policy() const { return policy_; }
  const Domain& domain(std::size_t domain) const { return cluster_.domains[domain]; }
  const Node& node(std::size_t node) const { return cluster_.nodes[node]; }

  // In plans so far.
  std::size_t node_of(std::size_t domain) const { return places_[domain]; }
  const std::vector<std::size_t>& domains_on(std::size_t node) const { return sums_[node].domains; }
  const std::vector<std::size_t>& open_nodes() const { return open_; }
  double demand(std::size_t node) const { return sums_[node].demand; }
  double mean(std::size_t node) const { return sums_[node].mean; }
  double deviation(std::size_t node) const;
  // More than it has, now.
  bool overloaded(std::size_t node) const { return sums_[node].demand > cluster_.nodes[node].capacity; }
  bool receives(std::size_t node) const { return sums_[node].arriving > 0; }
  // In a plan at most once, and not while it moves.
  bool may_move(std::size_t domain) const;

  // Seconds of violation that are expected a tick.
  double risk(std::size_t node) const { return sums_[node].risk; }
  double risk_with(std::size_t node, std::size_t domain) const;
  double risk_without(std::size_t node, std::size_t domain) const;
  // How many deviations are free above the mean; unlimited where nothing varies.
  double slack_with(std::size_t node, std::size_t domain) const;

  // The most demand of now that a node is filled to: a tenth of its deviation less than its capacity.
  double comfortable(std::size_t node) const;
  // Demand as it is now, and memory.
  bool fits(std::size_t node, std::size_t domain) const;
  // Of the move itself, wherever to.
  double move_cost(std::size_t domain) const;
  // For the node that it comes to: it lacks CPU while something is copied to it, once for all that is copied together.
  double arrival_cost(std::size_t node, std::size_t domain) const;
  double idle_cost(std::size_t node) const;

  void move(std::size_t domain, std::size_t to, Reason reason);
  void undo();
  // Moves that are not undone, in their order; undo() to a size that was.
  const std::vector<Move>& moves() const { return moves_; }
  void undo_to(std::size_t size);

 private:
  struct Sums {
    double demand = 0, mean = 0, variance = 0, memory = 0;
    double leaving = 0;          // demand of those that still run there
    double longest_arrival = 0;  // seconds
    double risk = 0;
    std::size_t arriving = 0;
    std::vector<std::size_t> domains;
  };
  // What undo() restores; the lists are put right by hand.
  struct Before {
    Sums from, to;  // with empty lists
    std::size_t position;
  };

  double disturbance(std::size_t domain) const;
  double risk_of(std::size_t node, double mean, double variance) const;
  void add(Sums& sums, std::size_t domain, double sign) const;
  void open(std::size_t node);
  void close(std::size_t node);

  const Cluster& cluster_;
  const Policy& policy_;
  std::vector<double> variances_;
  std::vector<std::size_t> places_;
  std::vector<char> moved_;
  std::vector<Sums> sums_;
  std::vector<std::size_t> open_;  // by index
  std::vector<Move> moves_;
  std::vector<Before> before_;
};

}  // namespace hotspot::plan::consolidation
