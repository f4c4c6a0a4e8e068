// The cluster as the daemon knows it, and counts of everything that was refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "actuator/model/cluster.h"
#include "actuator/ports/snapshot_source.h"

namespace hotspot::loop {

// The newest of a kind of bad snapshot, so that an operator can look for who sends it.
struct BadSnapshots {
  std::uint64_t count = 0;
  std::string last_message;
  std::string last_stream_id;
  WallTime last_at{};
};

class Intake {
 public:
  // most_nodes: so many nodes of one cluster are known; snapshots of more are refused.
  explicit Intake(const model::Freshness& freshness, std::size_t most_nodes = 10'000)
      : freshness_(freshness), most_nodes_(most_nodes) {}

  // True if a node sent something new. A snapshot of another cluster is refused.
  bool take(ports::Arrival arrival, const std::string& cluster);
  void take(const ports::BadSnapshot& bad);
  // The UUIDs of the nodes that are to be drained.
  void set_draining(std::set<std::string> uuids) { cluster_.set_draining(std::move(uuids)); }
  // Nodes whose data count for nothing for now; their UUIDs.
  void set_aside(const std::set<std::string>& uuids) { cluster_.set_aside(uuids); }
  void forget(const std::string& uuid) { cluster_.forget_node(uuid); }
  // Forgets nodes that have been silent for a day; until then they are shown as stale.
  void forget_silent(WallTime now);

  const model::Cluster& cluster() const { return cluster_; }
  const model::Freshness& freshness() const { return freshness_; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }  // "taken", "duplicate", …
  const std::map<std::string, BadSnapshots>& bad() const { return bad_; }         // by fault
  std::size_t stale_nodes(WallTime now) const;
  // Between two snapshots of a node; the median, so that no single node decides it. A second if there is none.
  Milliseconds usual_interval() const;

 private:
  void refuse(const std::string& fault, const std::string& message, WallTime at, const std::string& stream_id);
  void note_implausible(const telemetry::NodeSnapshot& snapshot, WallTime at);
  bool makes_sense(const telemetry::NodeSnapshot& snapshot, WallTime received_at);
  model::Freshness freshness_;
  std::size_t most_nodes_;
  model::Cluster cluster_;
  std::map<std::string, std::uint64_t> counts_;
  std::map<std::string, BadSnapshots> bad_;
};

}  // namespace hotspot::loop
