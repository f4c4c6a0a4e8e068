// How many domains of a group are on a node, and what they are to the group.
//
// PURE. A hash table with linear probing over (group, node) that holds only what is there, sized once by the number of
// memberships: memory grows with the domains, not with groups × nodes, and nothing is allocated while moves are tried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "actuator/plan/board/amounts.h"

namespace hotspot::plan {

// What is counted of a group on a node.
enum class Membership : std::uint8_t {
  kStaying,  // members that are there and not about to leave
  kMoving,   // members under way, at both ends
  kAgainst   // domains that are not to be with the group
};

class GroupCounts {
 public:
  // `most`: how many entries there can be at once.
  explicit GroupCounts(std::size_t most = 0);

  std::int32_t count(GroupIndex group, NodeIndex node, Membership as) const;
  void add(GroupIndex group, NodeIndex node, Membership as);
  // There must be one.
  void remove(GroupIndex group, NodeIndex node, Membership as);
  bool empty() const { return entries_ == 0; }

  // The same counts; where they stand in the table does not matter.
  bool operator==(const GroupCounts& other) const;

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::int32_t count = 0;  // 0: free
  };
  static std::uint64_t key_of(GroupIndex group, NodeIndex node, Membership as);
  std::size_t home(std::uint64_t key) const;
  std::size_t find(std::uint64_t key) const;  // its slot, or the free one where it belongs
  void close_gap(std::size_t gap);

  std::vector<Slot> slots_;
  std::size_t mask_ = 0, entries_ = 0;
};

}  // namespace hotspot::plan
