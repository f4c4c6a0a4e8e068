// The cluster as a value: the newest snapshot of every node, and where every domain is.
//
// PURE: time comes in as an argument. A cluster copies; planning works on projections of it (projection.h).
// A domain is known by its UUID, a node by its libvirt host UUID. While a domain migrates, both nodes report it: it
// belongs to the node where it runs. If both say that it runs, it belongs to the one where it began to run last, until
// one of the two reports it no more; loop/two_nodes.h makes an alarm of what does not end.
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

// What judging freshness needs. A node is stale when its newest snapshot is older than
// max(max_age_intervals × the interval at which its snapshots were seen to come, min_max_age); see cadence.h.
struct Freshness {
  double max_age_intervals = 3;
  Milliseconds min_max_age{3000};
  Milliseconds max_clock_skew{5000};                   // a snapshot from further in the future is refused
  Milliseconds max_interval{std::chrono::minutes(5)};  // a node that says that it sends less often is refused
  bool operator==(const Freshness&) const = default;
};

struct Node {
  std::shared_ptr<const NodeSnapshot> snapshot;  // never null
  WallTime received_at{};
  Cadence cadence;
  std::uint64_t samples = 0;     // snapshots taken in since this process knows the node; rises by one each
  std::uint64_t missed = 0;      // snapshots that the sequence says were lost on the way
  bool drain_requested = false;  // an operator wants it empty: nothing goes there
  bool set_aside = false;        // who it is is in doubt: it counts as stale, whatever its age

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
  kDuplicate,   // the same read again
  kOutOfOrder,  // older than what is known
  kFuture,      // the sender's clock is too far ahead
  kInterval,    // it says that it sends less often than the operator allows
  kOld,         // taken more than a day ago
  kTooSoon      // taken a moment after the one before
};
const char* to_string(Ingest outcome);

class Cluster {
 public:
  // Of a snapshot that just came: does what it says of time make sense? kTaken, or why not. For live snapshots only:
  // history has longer steps, and is old.
  Ingest judge(const NodeSnapshot& snapshot, WallTime received_at, const Freshness& freshness) const;

  // Takes the snapshot in, or says why not. received_at: when it arrived here.
  Ingest apply(NodeSnapshot snapshot, WallTime received_at, const Freshness& freshness = {});

  // The UUIDs of the nodes that are to be drained; of those that come later too.
  void set_draining(std::set<std::string> uuids);

  // The UUIDs of those known nodes that count as stale until they are not among them any more.
  void set_aside(const std::set<std::string>& uuids);

  // Forgets a node that has gone for good.
  void forget_node(const std::string& uuid);

  // Ordered by node UUID.
  const std::map<std::string, Node, std::less<>>& nodes() const { return nodes_; }
  const Node* find_node(std::string_view uuid) const;
  const Node* find_node_by_name(std::string_view name) const;

  // Where a domain runs; if no node says that it runs, where it was seen last. Empty when no node reports it.
  DomainRef find_domain(const std::string& uuid) const;
  // Does the domain belong to this node that reports it? While it migrates, only one of the two nodes has it.
  bool belongs_here(const Node& node, const DomainSample& domain) const;
  // Every node whose newest snapshot says that the domain runs there, the one that it belongs to first.
  std::vector<DomainRef> find_running(const std::string& uuid) const;
  // The domains that more than one node reports, in whatever state: UUID ▶ UUIDs of the nodes beside the one that it
  // belongs to, each with the place in its list. As good as always empty.
  const std::map<std::string, std::map<std::string, std::size_t>>& reported_elsewhere() const { return elsewhere_; }
  // The domains of this name (libvirt lets two nodes have one each), in order of node UUID.
  std::vector<DomainRef> find_domains_by_name(std::string_view name) const;

 private:
  struct Place {
    std::string node_uuid;  // where it runs
    std::size_t index = 0;  // among the domains of that node's snapshot
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
  // Thousands of nodes send each second: what is looked up per snapshot is only that snapshot's own domains, and no
  // look-up goes through those of a node.
  std::unordered_map<std::string, Place> places_;                          // by domain UUID
  std::unordered_map<std::string, std::vector<std::string>> uuids_named_;  // domain name → UUIDs
  // Domain UUID → the other nodes that report it, and where in their snapshots.
  std::map<std::string, std::map<std::string, std::size_t>> elsewhere_;
};

// Is this node's newest snapshot too old to act upon?
bool is_stale(const Node& node, WallTime now, const Freshness& freshness);
Milliseconds age(const Node& node, WallTime now);

bool is_running(const DomainSample& domain);  // running or blocked (which is running, for Xen)

}  // namespace hotspot::model
