#include "actuator/plan/board/board.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace hotspot::plan {
namespace {

using model::RefusalKind;

constexpr BoardRefusal kFitting{};

bool is_less(const BoardBar& a, const BoardBar& b) { return std::tie(a.domain, a.node) < std::tie(b.domain, b.node); }

std::size_t memberships(const BoardEntries& entries) {
  std::size_t most = 0;
  for (const BoardDomain& one : entries.domains)
    most += (one.groups.size() + one.apart.size() + (one.name == kNone ? 0 : 1)) * (one.going_to == kNone ? 1 : 2);
  return most;
}

class Unions {
 public:
  explicit Unions(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t find(std::uint32_t one) {
    while (parent_[one] != one) one = parent_[one] = parent_[parent_[one]];
    return one;
  }
  // The lower index stands for both.
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace

Board::Board(BoardEntries entries) : entries_(std::move(entries)), groups_(memberships(entries_)) {
  const std::size_t nodes = entries_.nodes.size(), domains = entries_.domains.size();
  population_.resize(nodes);
  first_.assign(nodes, kNone);
  next_.assign(domains, kNone);
  previous_.assign(domains, kNone);
  place_.resize(domains);
  grouped_.resize(domains);
  for (const BoardNode& one : entries_.nodes) {
    demand_.push_back(one.own_demand);
    allocated_.push_back(one.own_allocated);
    free_pages_.push_back(one.free_pages);
  }
  for (DomainIndex d = 0; d < domains; ++d) {
    const BoardDomain& one = entries_.domains[d];
    grouped_[d] = one.groups.empty() && one.apart.empty() && one.with.empty() && one.name == kNone ? 0 : 1;
    place_[d] = one.node;
    if (one.going_to != kNone) count_moving(d);
  }
  // In reverse, so that each node's list is in the order of the entries.
  for (DomainIndex d = static_cast<DomainIndex>(domains); d-- > 0;) {
    const BoardDomain& one = entries_.domains[d];
    const PageNeed pages = one.pages;
    std::vector<Amount>& free = free_pages_[one.node];
    // What was reported as free is free beside the domains that are there.
    if (pages.size < free.size()) free[pages.size] += pages.pages;
    count(d, one.node);
    link(d, one.node, {kNone, first_[one.node]});
  }
  std::sort(entries_.bars.begin(), entries_.bars.end(), is_less);
  entries_.node_classes = std::max<ClassIndex>(1, entries_.node_classes);
  if (entries_.verdicts.empty()) entries_.verdicts.resize(entries_.node_classes);
  make_units();
}

// At the source it is in the node's own figures, too: only what it adds at the target is counted here, and its groups.
void Board::count_moving(DomainIndex domain) {
  const BoardDomain& one = entries_.domains[domain];
  for (std::size_t r = 0; r < kBoardResources; ++r) {
    demand_[one.going_to][r] += one.demand[r];
    allocated_[one.going_to][r] += one.allocated[r];
  }
  std::vector<Amount>& free = free_pages_[one.going_to];
  if (one.pages.size < free.size()) free[one.pages.size] -= one.pages.pages;
  for (const NodeIndex end : {one.node, one.going_to})
    for (const GroupIndex group : one.groups) groups_.add(group, end, Membership::kMoving);
  for (const GroupIndex group : one.apart) groups_.add(group, one.going_to, Membership::kAgainst);
}

void Board::count(DomainIndex domain, NodeIndex node) {
  const BoardDomain& one = entries_.domains[domain];
  for (std::size_t r = 0; r < kBoardResources; ++r) {
    demand_[node][r] += one.demand[r];
    allocated_[node][r] += one.allocated[r];
  }
  if (one.pages.size < free_pages_[node].size()) free_pages_[node][one.pages.size] -= one.pages.pages;
  ++population_[node];
  if (grouped_[domain] == 0) return;
  if (one.going_to == kNone)
    for (const GroupIndex group : one.groups) groups_.add(group, node, Membership::kStaying);
  for (const GroupIndex group : one.apart) groups_.add(group, node, Membership::kAgainst);
  if (one.name != kNone) groups_.add(one.name, node, Membership::kStaying);
}

void Board::uncount(DomainIndex domain, NodeIndex node) {
  const BoardDomain& one = entries_.domains[domain];
  for (std::size_t r = 0; r < kBoardResources; ++r) {
    demand_[node][r] -= one.demand[r];
    allocated_[node][r] -= one.allocated[r];
  }
  if (one.pages.size < free_pages_[node].size()) free_pages_[node][one.pages.size] += one.pages.pages;
  --population_[node];
  if (grouped_[domain] == 0) return;
  if (one.going_to == kNone)
    for (const GroupIndex group : one.groups) groups_.remove(group, node, Membership::kStaying);
  for (const GroupIndex group : one.apart) groups_.remove(group, node, Membership::kAgainst);
  if (one.name != kNone) groups_.remove(one.name, node, Membership::kStaying);
}

void Board::link(DomainIndex domain, NodeIndex node, const Neighbours& between) {
  previous_[domain] = between.before;
  next_[domain] = between.after;
  if (between.after != kNone) previous_[between.after] = domain;
  (between.before == kNone ? first_[node] : next_[between.before]) = domain;
}

void Board::unlink(DomainIndex domain, NodeIndex node) {
  const DomainIndex before = previous_[domain], after = next_[domain];
  (before == kNone ? first_[node] : next_[before]) = after;
  if (after != kNone) previous_[after] = before;
}

Board::Moved Board::move(DomainIndex domain, NodeIndex target) {
  const Moved moved{domain, place_[domain], {previous_[domain], next_[domain]}};
  unlink(domain, moved.from);
  uncount(domain, moved.from);
  count(domain, target);
  link(domain, target, {kNone, first_[target]});
  place_[domain] = target;
  return moved;
}

void Board::undo(const Moved& moved) {
  const NodeIndex here = place_[moved.domain];
  unlink(moved.domain, here);
  uncount(moved.domain, here);
  count(moved.domain, moved.from);
  link(moved.domain, moved.from, moved.between);
  place_[moved.domain] = moved.from;
}

const RefusalKind* Board::bar(DomainIndex domain, NodeIndex target) const {
  if (entries_.bars.empty()) return nullptr;
  const BoardBar wanted{domain, target, RefusalKind::kHeld};
  const auto found = std::lower_bound(entries_.bars.begin(), entries_.bars.end(), wanted, is_less);
  return found == entries_.bars.end() || is_less(wanted, *found) ? nullptr : &found->kind;
}

// What does not depend on where other domains are.
BoardRefusal Board::lasting_refusal(DomainIndex domain, NodeIndex target) const {
  const BoardDomain& one = entries_.domains[domain];
  const BoardNode& there = entries_.nodes[target];
  if (one.fixed) return {.code = BoardCode::kFixed, .kind = *one.fixed};
  if (there.closed && target != one.node) return {.code = BoardCode::kClosed, .kind = *there.closed};
  if (const RefusalKind* kind = bar(domain, target)) return {.code = BoardCode::kBarred, .kind = *kind};
  if (const auto& verdict = entries_.verdicts[one.domain_class * entries_.node_classes + there.node_class])
    return {.code = BoardCode::kIncompatible, .kind = *verdict};
  return kFitting;
}

BoardRefusal Board::mate_refusal(DomainIndex domain, NodeIndex target) const {
  const std::vector<GroupIndex>& own = entries_.domains[domain].groups;
  for (const GroupIndex group : entries_.domains[domain].with) {
    // Itself is no mate.
    const bool counted = place_[domain] == target && std::find(own.begin(), own.end(), group) != own.end();
    if (groups_.count(group, target, Membership::kStaying) <= (counted ? 1 : 0))
      return {.code = BoardCode::kNoMate, .kind = RefusalKind::kAffinity};
  }
  return kFitting;
}

BoardRefusal Board::group_refusal(DomainIndex domain, NodeIndex target) const {
  const BoardDomain& one = entries_.domains[domain];
  const BoardRefusal apart{.code = BoardCode::kApart, .kind = RefusalKind::kAffinity};
  for (const GroupIndex group : one.apart)
    if (groups_.count(group, target, Membership::kStaying) > 0 || groups_.count(group, target, Membership::kMoving) > 0)
      return apart;
  for (const GroupIndex group : one.groups)
    if (groups_.count(group, target, Membership::kAgainst) > 0) return apart;
  if (one.name != kNone && groups_.count(one.name, target, Membership::kStaying) > 0)
    return {.code = BoardCode::kSameName, .kind = RefusalKind::kTargetCannot};
  return kFitting;
}

BoardRefusal Board::page_refusal(DomainIndex domain, NodeIndex target) const {
  const PageNeed& need = entries_.domains[domain].pages;
  const std::vector<Amount>& free = free_pages_[target];
  if (need.size >= free.size() || free[need.size] >= need.pages) return kFitting;
  return {.code = BoardCode::kNoPages,
          .kind = RefusalKind::kTargetCannot,
          .resource = BoardResource::kMemory,
          .after = need.pages,
          .limit = std::max<Amount>(0, free[need.size])};
}

BoardRefusal Board::measure_refusal(DomainIndex domain, NodeIndex target) const {
  const MeasuredMask both = entries_.domains[domain].measured & entries_.nodes[target].measured;
  for (const BoardResource needed : {BoardResource::kCpu, BoardResource::kMemory})
    if ((both & bit_of(needed)) == 0)
      return {.code = BoardCode::kNotMeasured, .kind = RefusalKind::kNotMeasured, .resource = needed};
  return kFitting;
}

// For room alone: limits, pages.
BoardRefusal Board::room_refusal(DomainIndex domain, NodeIndex target) const {
  const BoardDomain& one = entries_.domains[domain];
  const BoardNode& there = entries_.nodes[target];
  const auto over = [](BoardCode code, std::size_t r, Amount after, Amount limit) {
    const auto resource = static_cast<BoardResource>(r);
    const RefusalKind kind = resource == BoardResource::kMemory ? RefusalKind::kNoMemory
                             : resource == BoardResource::kCpu  ? RefusalKind::kNoCpu
                                                                : RefusalKind::kAtLimit;
    return BoardRefusal{.code = code, .kind = kind, .resource = resource, .after = after, .limit = limit};
  };
  // A node that is over its limit of CPU or memory takes nobody; of another resource, nobody who uses it.
  for (std::size_t r = 0; r < kBoardResources; ++r) {
    const Amount demand = demand_[target][r] + one.demand[r], allocated = allocated_[target][r] + one.allocated[r];
    if (demand > there.demand_limit[r] && (one.demand[r] > 0 || r <= 1))
      return over(BoardCode::kOverLimit, r, demand, there.demand_limit[r]);
    if (allocated > there.allocated_limit[r] && one.allocated[r] > 0)
      return over(BoardCode::kOverAllocated, r, allocated, there.allocated_limit[r]);
  }
  return page_refusal(domain, target);
}

BoardRefusal Board::refusal(DomainIndex domain, NodeIndex target) const {
  if (place_[domain] == target) return {.code = BoardCode::kSameNode, .kind = RefusalKind::kSameNode};
  if (const BoardRefusal lasting = lasting_refusal(domain, target)) return lasting;
  if (grouped_[domain] != 0) {
    if (const BoardRefusal group = group_refusal(domain, target)) return group;
    if (const BoardRefusal mate = mate_refusal(domain, target)) return mate;
  }
  if (const BoardRefusal unmeasured = measure_refusal(domain, target)) return unmeasured;
  return room_refusal(domain, target);
}

void Board::make_units() {
  Unions unions(entries_.domains.size());
  std::unordered_map<GroupIndex, std::vector<DomainIndex>> members;
  for (DomainIndex d = 0; d < domains(); ++d)
    for (const GroupIndex group : entries_.domains[d].groups) members[group].push_back(d);
  std::unordered_map<GroupIndex, DomainIndex> joined;  // groups whose members are one unit already
  for (DomainIndex d = 0; d < domains(); ++d)
    for (const GroupIndex group : entries_.domains[d].with) {
      const auto [first, is_new] = joined.try_emplace(group, d);
      unions.join(first->second, d);
      if (!is_new) continue;
      if (const auto found = members.find(group); found != members.end())
        for (const DomainIndex mate : found->second) unions.join(d, mate);
    }
  unit_.resize(domains());
  std::vector<std::uint32_t> size(domains());
  for (DomainIndex d = 0; d < domains(); ++d) ++size[unit_[d] = unions.find(d)];
  // By root: where the members of its unit begin.
  unit_start_.assign(std::size_t{domains()} + 1, 0);
  std::partial_sum(size.begin(), size.end(), unit_start_.begin() + 1);
  members_.resize(domains());
  std::vector<std::uint32_t> filled(unit_start_);
  for (DomainIndex d = 0; d < domains(); ++d) members_[filled[unit_[d]]++] = d;
  trail_.reserve(size.empty() ? 0 : *std::max_element(size.begin(), size.end()));
}

std::span<const DomainIndex> Board::unit_of(DomainIndex domain) const {
  const std::uint32_t root = unit_[domain];
  return std::span(members_).subspan(unit_start_[root], unit_start_[root + 1] - unit_start_[root]);
}

BoardRefusal Board::unit_refusal(DomainIndex domain, NodeIndex target) {
  BoardRefusal found;
  trail_.clear();
  for (const DomainIndex one : unit_of(domain)) {
    if (place_[one] == target) continue;
    found = lasting_refusal(one, target);
    if (!found && grouped_[one] != 0) found = group_refusal(one, target);
    if (!found) found = measure_refusal(one, target);
    if (!found) found = room_refusal(one, target);
    if (found) break;
    trail_.push_back(move(one, target));
  }
  if (!found && trail_.empty()) found = {.code = BoardCode::kSameNode, .kind = RefusalKind::kSameNode};
  for (const DomainIndex one : unit_of(domain))
    if (!found) found = mate_refusal(one, target);
  while (!trail_.empty()) {
    undo(trail_.back());
    trail_.pop_back();
  }
  return found;
}

bool Board::operator==(const Board& other) const {
  return demand_ == other.demand_ && allocated_ == other.allocated_ && population_ == other.population_ &&
         free_pages_ == other.free_pages_ && place_ == other.place_ && first_ == other.first_ && next_ == other.next_ &&
         previous_ == other.previous_ && groups_ == other.groups_;
}

}  // namespace hotspot::plan
