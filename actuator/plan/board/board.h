// The board: what planning works on. Nodes and domains by index, with whole-numbered sums, on which a move is tried,
// judged and taken back in constant time and without allocation.
//
// PURE. Made once a round from a cluster (cluster_board.h), or by hand from entries. Per resource (amounts.h) there are
// two quantities: demand, what a domain wants to use, and what is allocated to it, what it may come to use. A node has
// a capacity for each resource and a limit for each quantity, which an arrival may not exceed; a limit that is exceeded
// already only forbids arrivals. A domain that is under way counts at both ends.
//
// What else decides is compared by class, once: `verdicts` says for each class of domains and each class of nodes
// whether they go together. Copying a board copies all of it; nothing else allocates after construction.
// Thread rule: a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "actuator/model/refusal.h"
#include "actuator/plan/board/amounts.h"
#include "actuator/plan/board/board_refusal.h"
#include "actuator/plan/board/group_counts.h"

namespace hotspot::plan {

// Bits of BoardResource: what was measured.
using MeasuredMask = std::uint8_t;
inline constexpr MeasuredMask kAllMeasured = 0xf;
constexpr MeasuredMask bit_of(BoardResource resource) {
  return static_cast<MeasuredMask>(1U << static_cast<unsigned>(resource));
}

// Free and needed huge pages, by the index of a page size.
struct PageNeed {
  std::uint32_t size = kNone;  // kNone: needs none
  Amount pages = 0;
  bool operator==(const PageNeed&) const = default;
};

struct BoardNode {
  Amounts capacity{};    // 0: not known
  Amounts own_demand{};  // of all that runs there besides the board's domains; may be negative by noise
  Amounts own_allocated{};
  Amounts demand_limit = kNoLimits, allocated_limit = kNoLimits;
  MeasuredMask measured = kAllMeasured;
  ClassIndex node_class = 0;
  std::optional<model::RefusalKind> closed;  // why nothing may arrive
  std::vector<Amount> free_pages;            // by page size; a missing size counts as not known: no refusal
};

struct BoardDomain {
  NodeIndex node = 0;
  NodeIndex going_to = kNone;  // under way: it counts there too, and stays where it is on the board
  Amounts demand{}, allocated{};
  MeasuredMask measured = kAllMeasured;
  ClassIndex domain_class = 0;
  std::optional<model::RefusalKind> fixed;  // why it cannot be moved
  std::vector<GroupIndex> groups;           // that it is a member of
  std::vector<GroupIndex> with;             // a member of each must be on its node (affinity)
  std::vector<GroupIndex> apart;            // no member may be on its node (anti-affinity)
  GroupIndex name = kNone;                  // a group of all domains of its name, if there is more than one
  PageNeed pages;
};

struct BoardBar {
  DomainIndex domain;
  NodeIndex node;
  model::RefusalKind kind;
};

struct BoardEntries {
  std::vector<BoardNode> nodes;
  std::vector<BoardDomain> domains;
  // By domain class × node_classes + node class: why a domain of that class cannot run on such a node. Empty: all can.
  std::vector<std::optional<model::RefusalKind>> verdicts;
  ClassIndex node_classes = 1;
  std::vector<BoardBar> bars;
};

class Board {
 public:
  explicit Board(BoardEntries entries);

  NodeIndex nodes() const { return static_cast<NodeIndex>(entries_.nodes.size()); }
  DomainIndex domains() const { return static_cast<DomainIndex>(entries_.domains.size()); }
  const BoardNode& node(NodeIndex node) const { return entries_.nodes[node]; }
  const BoardDomain& domain(DomainIndex domain) const { return entries_.domains[domain]; }  // as it was at the start

  NodeIndex node_of(DomainIndex domain) const { return place_[domain]; }
  NodeIndex home_of(DomainIndex domain) const { return entries_.domains[domain].node; }  // at the start
  // Sums over all that is on the node or coming to it.
  const Amounts& demand(NodeIndex node) const { return demand_[node]; }
  const Amounts& allocated(NodeIndex node) const { return allocated_[node]; }
  std::uint32_t population(NodeIndex node) const { return population_[node]; }
  // The domains on a node: first_on, then next_on until kNone. A move changes the lists of both ends.
  DomainIndex first_on(NodeIndex node) const { return first_[node]; }
  DomainIndex next_on(DomainIndex domain) const { return next_[domain]; }

  // Why the domain cannot go there now; converts to false if it can. The order of the checks is that of placement.h.
  BoardRefusal refusal(DomainIndex domain, NodeIndex target) const;
  bool fits(DomainIndex domain, NodeIndex target) const { return !refusal(domain, target); }

  // In a node's list; kNone: it is the first, the last.
  struct Neighbours {
    DomainIndex before = kNone, after = kNone;
  };
  // Makes a move, without a check. Moves are taken back in reverse order: everything is then as it was, bit for bit.
  struct Moved {
    DomainIndex domain;
    NodeIndex from;
    Neighbours between;
  };
  Moved move(DomainIndex domain, NodeIndex target);
  void undo(const Moved& moved);

  // Domains that must be together, as units: those of a domain, itself included. A domain with no affinity is alone.
  std::span<const DomainIndex> unit_of(DomainIndex domain) const;
  // Why a whole unit cannot go there: the first refusal after those before it have moved; affinity is judged at the
  // end. Nothing is changed.
  BoardRefusal unit_refusal(DomainIndex domain, NodeIndex target);

  bool operator==(const Board& other) const;  // everything that moves change

 private:
  void count(DomainIndex domain, NodeIndex node);
  void uncount(DomainIndex domain, NodeIndex node);
  void count_moving(DomainIndex domain);
  void link(DomainIndex domain, NodeIndex node, const Neighbours& between);
  void unlink(DomainIndex domain, NodeIndex node);
  void make_units();
  BoardRefusal lasting_refusal(DomainIndex domain, NodeIndex target) const;
  BoardRefusal group_refusal(DomainIndex domain, NodeIndex target) const;
  BoardRefusal mate_refusal(DomainIndex domain, NodeIndex target) const;
  BoardRefusal page_refusal(DomainIndex domain, NodeIndex target) const;
  BoardRefusal measure_refusal(DomainIndex domain, NodeIndex target) const;
  BoardRefusal room_refusal(DomainIndex domain, NodeIndex target) const;
  const model::RefusalKind* bar(DomainIndex domain, NodeIndex target) const;

  BoardEntries entries_;
  std::vector<Amounts> demand_, allocated_;
  std::vector<std::uint32_t> population_;
  std::vector<std::vector<Amount>> free_pages_;  // by node and page size
  std::vector<NodeIndex> place_;
  std::vector<DomainIndex> first_, next_, previous_;
  std::vector<std::uint8_t> grouped_;
  GroupCounts groups_;
  std::vector<std::uint32_t> unit_, unit_start_;  // the unit of each domain, by its lowest index
  std::vector<DomainIndex> members_;              // of the units, one after the other
  std::vector<Moved> trail_;                      // of unit_refusal
};

}  // namespace hotspot::plan
