// The cluster as a value: the newest snapshot of every node, and where every domain is.
//
// PURE: time is an argument. A cluster can be copied; planning works on projections of it (projection.h). A domain is
// identified by its UUID, a node by its libvirt host UUID. While a domain migrates, both nodes report it: it belongs to
// the node where it runs. If both say that it runs, it belongs to the node where it started to run last, until one of
// them stops reporting it; loop/two_nodes.h raises an alarm if that does not end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actuator/model/cadence.h"
#include "telemetry/snapshot.h"

namespace hotspot::model {

using telemetry::DomainSample;
using telemetry::NodeSample;
using telemetry::NodeSnapshot;

// What determines freshness. A node is stale if its newest snapshot is older than
// max(max_age_intervals × observed interval between its snapshots, min_max_age); see cadence.h.
struct Freshness {
  double max_age_intervals = 3;
  Milliseconds min_max_age{3000};
  Milliseconds max_clock_skew{5000};                   // a snapshot further in the future is refused
  Milliseconds max_interval{std::chrono::minutes(5)};  // a node that claims a longer interval is refused
  bool operator==(const Freshness&) const = default;
};

struct Node {
  std::shared_ptr<const NodeSnapshot> snapshot;  // never null
  WallTime received_at{};
  Cadence cadence;
  std::uint64_t samples = 0;     // snapshots applied since this process has known the node
  std::uint64_t missed = 0;      // snapshots lost on the way, by the sequence
  bool drain_requested = false;  // an operator wants the node empty: nothing is moved there
  bool set_aside = false;        // its identity is in doubt: it counts as stale, whatever its age
  double stolen_cores = 0;       // CPUs that its running domains waited for because it was short of them (load.h)

  const std::string& uuid() const { return snapshot->node.uuid; }
  const std::string& name() const { return snapshot->node.name; }
  WallTime taken_at() const { return snapshot->taken_at; }
};

// A domain where it runs. Valid until the cluster changes.
struct DomainRef {
  const Node* node = nullptr;
  const DomainSample* domain = nullptr;
  explicit operator bool() const { return domain != nullptr; }
};

enum class Ingest {
  kTaken,
  kDuplicate,   // the same read twice
  kOutOfOrder,  // older than the known snapshot
  kFuture,      // the sender's clock is too far ahead
  kInterval,    // it claims a longer interval than the operator allows
  kOld,         // taken more than a day ago
  kTooSoon      // taken too soon after the previous one
};
const char* to_string(Ingest outcome);

class Cluster {
 public:
  // Are the times of a live snapshot that just arrived plausible? kTaken, or why not. Not for history, which is old and
  // has longer intervals.
  Ingest judge(const NodeSnapshot& snapshot, WallTime received_at, const Freshness& freshness) const;

  // Applies the snapshot, or says why not. received_at: when it arrived.
  Ingest apply(NodeSnapshot snapshot, WallTime received_at, const Freshness& freshness = {});

  // Sets the UUIDs of the nodes to be drained, including those that join later.
  void set_draining(std::set<std::string> uuids);

  // Sets the UUIDs of the nodes that count as stale until they are no longer in the set.
  void set_aside(const std::set<std::string>& uuids);

  // Forgets a node that has left the cluster.
  void forget_node(const std::string& uuid);

  // Ordered by node UUID.
  const std::map<std::string, Node, std::less<>>& nodes() const { return nodes_; }
  const Node* find_node(std::string_view uuid) const;
  const Node* find_node_by_name(std::string_view name) const;

  // Where a domain runs or, if no node says that it runs, was seen last. Empty if no node reports it.
  DomainRef find_domain(const std::string& uuid) const;
  // Does the domain belong to this node, which reports it? While it migrates, it belongs to only one of the two.
  bool belongs_here(const Node& node, const DomainSample& domain) const;
  // All nodes whose newest snapshot says that the domain runs there, starting with the one that it belongs to.
  std::vector<DomainRef> find_running(const std::string& uuid) const;
  // Domains that more than one node reports, in whatever state: UUID → UUIDs of the nodes other than the one that it
  // belongs to, each with its index in that node's list. Usually empty.
  const std::map<std::string, std::map<std::string, std::size_t>>& reported_elsewhere() const { return elsewhere_; }
  // The domains of this name, which two nodes may both have, in order of node UUID.
  std::vector<DomainRef> find_domains_by_name(std::string_view name) const;

 private:
  struct Place {
    std::string node_uuid;  // where it runs
    std::size_t index = 0;  // in the snapshot of that node
  };
  void index_domains(const Node& node, const NodeSnapshot* before);
  void contest(const Node& node, std::size_t index, const NodeSnapshot* before);
  void drop_domains(const NodeSnapshot& before, const NodeSnapshot* now);
  void drop_domain(const DomainSample& domain, const std::string& node_uuid);
  void index_name(const DomainSample& domain);
  void drop_name(const DomainSample& domain);
  DomainRef domain_at(const std::string& uuid, const Place& place) const;
  std::map<std::string, Node, std::less<>> nodes_;
  std::set<std::string> draining_;
  // Thousands of nodes send a snapshot each second: applying one touches only its own domains, and no lookup scans the
  // domains of a node.
  std::unordered_map<std::string, Place> places_;                          // by domain UUID
  std::unordered_map<std::string, std::vector<std::string>> uuids_named_;  // domain name → UUIDs
  // Domain UUID → the other nodes that report it, and its index in their snapshots.
  std::map<std::string, std::map<std::string, std::size_t>> elsewhere_;
};

// Is this node's newest snapshot too old to act upon?
bool is_stale(const Node& node, WallTime now, const Freshness& freshness);
Milliseconds age(const Node& node, WallTime now);

bool is_running(const DomainSample& domain);  // running or blocked (which is running, for Xen)

}  // namespace hotspot::model
