#include "actuator/plan/board/cluster_board.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "actuator/model/load.h"
#include "actuator/plan/board/compatibility.h"
#include "actuator/plan/node_rules.h"
#include "actuator/plan/planning.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::RefusalKind;
using telemetry::DomainSample;
using telemetry::NodeSample;

constexpr auto kKind = model::Wording::kKindAlone;
constexpr double kBits = 8;
// So far below the mark of a rule that relieves it a node may be filled: what noise does not undo. At most a tenth.
constexpr double kBelowNodeMark = 0.05;
// As placement.h: a move back would undo what was done.
constexpr Milliseconds kNoReturn{std::chrono::hours(6)};

class Making {
 public:
  Making(const PlanInput& input, DemandView view) : input_(input), view_(view), planning_(input) {}
  Making(const Planning& planning, const PlannedFor& purpose)
      : input_(planning.input()), view_(DemandView::kMeasured), planning_(planning), purpose_(&purpose) {}

  ClusterBoard make() {
    list();
    const Compatibility classes = compatibility_of(nodes_, domains_, input_.migration);
    name_groups();
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      entries_.nodes.push_back(node_entry(*nodes_[n]));
      if (purpose_ != nullptr) restrict_node(*nodes_[n], entries_.nodes.back());
      entries_.nodes.back().node_class = classes.node_class[n];
    }
    for (std::size_t d = 0; d < domains_.size(); ++d) {
      entries_.domains.push_back(domain_entry(static_cast<DomainIndex>(d)));
      if (purpose_ != nullptr) restrict_domain(domains_[d], entries_.domains.back());
      entries_.domains.back().domain_class = classes.domain_class[d];
    }
    add_under_way();
    for (std::size_t d = 0; d < domains_.size(); ++d) take_off_node(static_cast<DomainIndex>(d));
    add_bars();
    if (purpose_ != nullptr) bar_returns();
    entries_.verdicts = classes.verdicts;
    entries_.node_classes = std::max<ClassIndex>(1, classes.node_classes);
    return {Board(std::move(entries_)), std::move(nodes_),      std::move(domains_),
            std::move(demands_),        std::move(node_index_), std::move(domain_index_)};
  }

 private:
  void list() {
    for (const auto& [uuid, node] : input_.cluster.nodes()) {
      node_index_.emplace(uuid, static_cast<NodeIndex>(nodes_.size()));
      nodes_.push_back(&node);
      for (const DomainSample& domain : node.snapshot->domains) {
        if (!input_.cluster.belongs_here(node, domain)) continue;
        domain_index_.emplace(domain.uuid, static_cast<DomainIndex>(domains_.size()));
        domains_.push_back({&node, &domain});
        demands_.push_back(demand_of(domains_.back(), view_));
        if (domain.huge_page_bytes) page_sizes_.emplace(*domain.huge_page_bytes, 0);
      }
    }
    std::uint32_t index = 0;
    for (auto& [size, place] : page_sizes_) place = index++;
  }

  // Groups that nobody has a wish about need no counting; names only if there are several of one.
  void name_groups() {
    std::map<std::string_view, int> times;
    for (const DomainRef& one : domains_) {
      ++times[one.domain->name];
      if (!model::is_running(*one.domain)) continue;
      for (const auto* list : {&one.domain->policy.affinity, &one.domain->policy.anti_affinity})
        for (const std::string& group : *list) groups_.try_emplace(group, static_cast<GroupIndex>(groups_.size()));
    }
    for (const auto& [name, count] : times)
      if (count > 1) names_.emplace(name, static_cast<GroupIndex>(groups_.size() + names_.size()));
  }

  BoardNode node_entry(const Node& of) const {
    const NodeSample& sample = of.snapshot->node;
    const model::NodeProjection now = planning_.projection().node(of);
    BoardNode made;
    double speed = 0;
    for (const telemetry::LinkSample& link : sample.links)
      speed = std::max(speed, link.speed_bits_per_second.value_or(0) / kBits);
    made.capacity = {sample.cpus * kMicrocores, sample.memory_bytes, static_cast<Amount>(speed), 0};
    const double cpus = sample.cpus;
    const auto margin =
        static_cast<Amount>(input_.margins.node_memory_margin_ratio * static_cast<double>(sample.memory_bytes));
    made.demand_limit[0] = static_cast<Amount>(
        std::floor(input_.margins.node_cpu_ceiling_ratio * cpus * static_cast<double>(kMicrocores) + 0.5));
    made.demand_limit[1] = sample.memory_bytes - margin;
    made.measured = 0;
    if (now.cores_used && cpus > 0) {
      made.own_demand[0] = microcores(*now.cores_used);
      made.measured |= bit_of(BoardResource::kCpu);
    }
    if (now.memory_available_bytes) {
      made.own_demand[1] = sample.memory_bytes - *now.memory_available_bytes;
      made.measured |= bit_of(BoardResource::kMemory);
    }
    if (const auto network = model::node_net_used_ratio(sample)) {
      made.own_demand[2] = bounded(*network * speed);
      made.measured |= bit_of(BoardResource::kNetwork);
    }
    made.closed = why_closed(of);
    for (const auto& [size, place] : page_sizes_) made.free_pages.push_back(free_pages(sample, size));
    return made;
  }

  std::optional<RefusalKind> why_closed(const Node& of) const {
    if (const auto refusal = planning_.stale_refusal(of, kKind)) return refusal->kind;
    if (const auto refusal = input_.restraints.on_target(of, input_.now, kKind)) return refusal->kind;
    return of.drain_requested ? std::optional(RefusalKind::kHeld) : std::nullopt;
  }

  // As target_needs.h counts them: of the default size in bytes, of a named size in pages; not reported is enough.
  static Amount free_pages(const NodeSample& sample, std::int64_t size) {
    if (size == 0) return std::min(kUnlimited, sample.huge_pages_free_bytes.value_or(kUnlimited));
    if (sample.huge_page_pools.empty()) return kUnlimited;
    for (const telemetry::HugePagePool& pool : sample.huge_page_pools)
      if (pool.page_bytes == size) return pool.free_bytes ? std::min(kUnlimited, *pool.free_bytes / size) : kUnlimited;
    return 0;
  }

  PageNeed pages_of(const DomainSample& domain) const {
    if (!domain.huge_page_bytes) return {};
    const std::int64_t size = *domain.huge_page_bytes, bytes = domain.huge_pages_bytes.value_or(1);
    return {page_sizes_.at(size),
            std::min(kMostOfDomain, size == 0 ? bytes : bytes / size + (bytes % size == 0 ? 0 : 1))};
  }

  std::vector<GroupIndex> indices(const std::vector<std::string>& names) const {
    std::vector<GroupIndex> list;
    for (const std::string& one : names) list.push_back(groups_.at(one));
    return list;
  }

  BoardDomain domain_entry(DomainIndex index) const {
    const DomainRef& of = domains_[index];
    const DomainSample& domain = *of.domain;
    BoardDomain made;
    made.node = node_index_.at(of.node->uuid());
    made.demand = demands_[index].amounts;
    made.measured = demands_[index].measured;
    made.allocated = {domain.vcpus.value_or(0) * kMicrocores,
                      std::min(domain.memory_balloon_max_bytes.value_or(plan::of(made.demand, BoardResource::kMemory)),
                               kMostOfDomain),
                      0, 0};
    made.pages = pages_of(domain);
    if (const auto refusal = planning_.domain_refusal(of))
      made.fixed = refusal->kind;
    else if (!domain.migration_obstacles.empty())
      made.fixed = RefusalKind::kNotMigratable;
    if (const auto name = names_.find(domain.name); name != names_.end()) made.name = name->second;
    if (!model::is_running(domain)) return made;
    if (domain.policy.group) {
      const auto group = groups_.find(*domain.policy.group);
      if (group != groups_.end()) made.groups = {group->second};
    }
    made.with = indices(domain.policy.affinity);
    made.apart = indices(domain.policy.anti_affinity);
    return made;
  }

  // What arrives is in the projection of its target, and the board counts it there itself.
  void add_under_way() {
    for (const InFlight& one : input_.in_flight) {
      const auto* move = std::get_if<model::MigrateTo>(&one.action.step);
      const auto domain = domain_index_.find(one.action.domain_uuid);
      if (move == nullptr || domain == domain_index_.end()) continue;
      const auto target = node_index_.find(move->target_uuid);
      BoardDomain& entry = entries_.domains[domain->second];
      if (target == node_index_.end() || entry.going_to != kNone) continue;
      if (nodes_[entry.node]->uuid() != one.action.node_uuid || target->second == entry.node) continue;
      take_off(target->second, measured_of(domain->second));
      if (purpose_ == nullptr) {
        entry.going_to = target->second;
        continue;
      }
      // It has arrived: its source is without it, and its target's figures include it.
      take_off(entry.node, measured_of(domain->second));
      entry.node = target->second;
      arrived_.insert(domain->second);
    }
  }

  void restrict_node(const Node& of, BoardNode& made) const {
    const bool out = of.drain_requested || planning_.stale_refusal(of, kKind).has_value();
    for (std::size_t r = 0; r < kBoardResources; ++r)
      if (out || (made.measured & bit_of(static_cast<BoardResource>(r))) == 0) made.capacity[r] = 0;
    for (const auto& [resource, index] : {std::pair{Resource::kVcpus, 0U}, {Resource::kMemory, 1U}}) {
      if (!made.closed && relieved_refusal(planning_, of, resource))
        made.closed = index == 0 ? RefusalKind::kNoCpu : RefusalKind::kNoMemory;
      if (const auto mark = node_mark(planning_, of, resource))
        made.demand_limit[index] = std::min(made.demand_limit[index], below_mark(*mark, made.capacity[index]));
    }
    if (made.capacity[2] > 0) made.demand_limit[2] = share(input_.margins.node_cpu_ceiling_ratio, made.capacity[2]);
    if (!made.closed && planning_.settling_refusal(of, kKind)) made.closed = RefusalKind::kSettling;
  }

  static Amount share(double ratio, Amount whole) { return static_cast<Amount>(ratio * static_cast<double>(whole)); }
  static Amount below_mark(double mark, Amount whole) {
    return share(mark - std::min(kBelowNodeMark, mark / 10), whole);
  }

  void restrict_domain(const DomainRef& of, BoardDomain& made) const {
    if (made.fixed) return;
    if (planning_.mode_for(purpose_->rule, of.domain) < purpose_->mode) made.fixed = RefusalKind::kMode;
    if (planning_.settling_refusal(*of.node, kKind)) made.fixed = RefusalKind::kSettling;
  }

  void bar_returns() {
    if (input_.steps == nullptr) return;
    for (const RecentMove& move : input_.steps->moves_within(input_.now, kNoReturn)) {
      const auto domain = domain_index_.find(move.domain_uuid);
      const auto left = node_index_.find(move.from_uuid);
      if (domain != domain_index_.end() && left != node_index_.end())
        entries_.bars.push_back({domain->second, left->second, RefusalKind::kInCooldown});
    }
  }

  // The node's figures include its domains.
  void take_off_node(DomainIndex index) {
    if (!arrived_.contains(index)) take_off(entries_.domains[index].node, measured_of(index));
  }

  Amounts measured_of(DomainIndex index) const { return demand_of(domains_[index], DemandView::kMeasured).amounts; }

  void take_off(NodeIndex node, const Amounts& amounts) {
    for (std::size_t r = 0; r < kBoardResources; ++r) entries_.nodes[node].own_demand[r] -= amounts[r];
  }

  void add_bars() {
    if (input_.refusals == nullptr) return;
    for (const TargetRefusal& one : input_.refusals->all()) {
      const auto domain = domain_index_.find(one.domain_uuid);
      const auto target = node_index_.find(one.target_uuid);
      if (domain == domain_index_.end() || input_.now >= one.until) continue;
      if (one.scope == RefusalScope::kDomain)
        entries_.domains[domain->second].fixed = RefusalKind::kRefusedBefore;
      else if (target != node_index_.end())
        entries_.bars.push_back({domain->second, target->second, RefusalKind::kRefusedBefore});
    }
  }

  const PlanInput& input_;
  DemandView view_;
  Planning planning_;
  const PlannedFor* purpose_ = nullptr;  // null: what placement.h refuses, and no more
  std::set<DomainIndex> arrived_;        // under way, counted at their targets alone
  BoardEntries entries_;
  std::vector<const Node*> nodes_;
  std::vector<DomainRef> domains_;
  std::vector<DomainDemand> demands_;
  std::unordered_map<std::string_view, NodeIndex> node_index_;
  std::unordered_map<std::string_view, DomainIndex> domain_index_;
  std::map<std::int64_t, std::uint32_t> page_sizes_;
  std::map<std::string, GroupIndex, std::less<>> groups_;
  std::map<std::string, GroupIndex, std::less<>> names_;
};

}  // namespace

ClusterBoard board_of(const PlanInput& input, DemandView view) { return Making(input, view).make(); }

ClusterBoard board_to_plan(const Planning& planning, const PlannedFor& purpose) {
  return Making(planning, purpose).make();
}

}  // namespace hotspot::plan
