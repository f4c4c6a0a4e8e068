// How several hotspotd share out many clusters: each leads about clusters ÷ daemons of them.
//
// A daemon tells with each renewal how many clusters it leads, and hears the same of the other members of that cluster.
// From that alone:
//  - A free lease is taken at once by who leads no more than any other member; the others hesitate for a second.
//  - Who leads at least two more than another member of a cluster hands that cluster over, if it is the member with the
//    most (of equals, the first by name), if that has been so for the length of a lease, and at most once in that time.
// Each hand-over makes the sum of squares of what they lead smaller, so it ends: then no two differ by more than one.
// Where all know all clusters, N daemons lead floor(C ÷ N) or ceil(C ÷ N) of C each; a newcomer gets one cluster a
// length of a lease until it has its share.
// Thread rule: any thread; the loops of one process share one.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/ports/lease.h"

namespace hotspot::loop {

class Spread {
 public:
  Spread(std::string holder, Milliseconds settle) : holder_(std::move(holder)), settle_(settle) {}

  void leads(const std::string& cluster);
  void does_not_lead(const std::string& cluster);
  int led() const;
  void saw(const std::string& cluster, std::vector<ports::Member> members, Milliseconds steady);

  bool hesitates(const std::string& cluster) const;  // another member leads fewer
  // To whom the cluster should be handed over now; empty: to nobody.
  std::string heir(const std::string& cluster, Milliseconds steady) const;
  void handed_over(const std::string& cluster, Milliseconds steady);

 private:
  struct Seen {
    std::vector<ports::Member> members;  // the others
    std::optional<Milliseconds> uneven_since;
  };
  std::string heir_among(const std::vector<ports::Member>& others) const;  // with mutex_ held
  mutable std::mutex mutex_;
  const std::string holder_;
  const Milliseconds settle_;
  std::set<std::string> led_;
  std::map<std::string, Seen> seen_;  // by cluster
  std::optional<Milliseconds> last_hand_over_;
};

}  // namespace hotspot::loop
