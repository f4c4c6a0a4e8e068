// Records ended firings for later queries about how long a rule fired: `hotspotctl report`.
//
// A firing has ended when it is no longer among those in phase firing: it was resolved, or its rule or subject no
// longer exists. Firings from before a takeover are continued with the time at which they began. Bounded: at most
// kMostRemembered firings are followed and kMostDue ends wait to be recorded, of which the oldest are dropped; at most
// kMostARound are recorded per round. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/firing.h"

namespace hotspot::loop {

struct ResolvedFiring {
  std::string rule;
  std::string subject_key, subject;  // for programs; for people: "domain web1 on h1", as it was when it began
  std::string node_uuid, node;       // where the subject was when it began; empty for the cluster
  std::string domain_uuid, domain;   // empty unless the subject is a domain
  WallTime since{}, at{};            // began to fire; was over
  bool operator==(const ResolvedFiring&) const = default;
};
// As it stands among the decisions, with the outcome "resolved".
std::string to_json(const ResolvedFiring& resolved, const std::string& id);

class FiringBook {
 public:
  static constexpr std::size_t kMostRemembered = 20'000;
  static constexpr std::size_t kMostDue = 20'000;
  static constexpr std::size_t kMostARound = 100;

  void take_lead();
  // All that is in phase firing now; called in each round.
  void follow(const std::vector<rules::Firing>& firing, const model::Cluster& cluster, WallTime now);
  // Transitions, of which those that are resolved and were not followed count: what fired under the leader before, and
  // was over by the time it was looked at.
  void resolved_before(const std::vector<rules::Firing>& transitions, WallTime now);

  // What is to be recorded in this round, oldest first; recorded() takes the first one away.
  std::vector<ResolvedFiring> due() const;
  void recorded();
  std::size_t size() const { return known_.size() + due_.size(); }

 private:
  struct Known {
    ResolvedFiring firing;
    bool still = false;
  };
  void end(ResolvedFiring firing, WallTime now);
  std::map<std::string, Known> known_;  // by rule and subject
  std::deque<ResolvedFiring> due_;
};

}  // namespace hotspot::loop
