// Detects domains that run on two nodes at once by the snapshots of both: two guests may be writing to their disks.
//
// From the moment at which two nodes say so, no action is taken on the domain. It is an alarm once both nodes have sent
// two fresh snapshots since then while there was neither a migration of ours nor any other job on it: a migration that
// has just ended looks the same for the length of a read. If one of the nodes is silent, it is not known whether the
// domain still runs there: that is reported too, until the node is heard of again or forgotten. Both end once one of
// the nodes has not reported the domain for two snapshots.
// PURE. Thread rule: one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/record/two_nodes.h"

namespace hotspot::loop {

// Something to be told, in the log and among the decisions.
struct Alarm {
  std::string kind;     // "on_two_nodes", "on_two_nodes_ended"
  std::string subject;  // "domain web1"
  std::string sentence;
  WallTime at{};
};

class TwoNodes {
 public:
  struct Situation {
    const model::Cluster& cluster;
    const model::Freshness& freshness;
    const std::vector<plan::InFlight>& in_flight;
    WallTime now{};
  };
  // What is new since the last call. While we lead.
  std::vector<Alarm> advance(const Situation& situation);

  // What nothing is done to, and why; by domain UUID.
  const plan::KeptDomains& kept() const { return kept_; }
  // Those that were told and have not ended.
  std::vector<record::OnTwoNodes> told() const;
  // Of a leader before us; what it told is not told again.
  void restore(const std::vector<record::OnTwoNodes>& told, WallTime now);

 private:
  struct Entry {
    record::OnTwoNodes what;
    std::map<std::string, std::uint64_t> since;  // node UUID → snapshots of it when it began to count
    std::map<std::string, std::uint64_t> gone;   // node UUID → snapshots of it when it no longer had the domain
    WallTime seen_at{};                          // when two nodes last said so
    bool told = false;
  };
  void look(const std::string& uuid, const Situation& situation, std::vector<Alarm>& alarms);
  bool has_ended(Entry& entry, const Situation& situation) const;

  std::map<std::string, Entry> entries_;  // by domain UUID
  plan::KeptDomains kept_;
};

}  // namespace hotspot::loop
