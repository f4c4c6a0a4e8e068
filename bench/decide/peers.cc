#include "bench/decide/peers.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "actuator/model/load.h"
#include "actuator/sim/world_snapshot.h"

namespace hotspot::decide {
namespace {

using simulation::SimulatedClock;
using simulation::SimulatedNode;
using simulation::World;

constexpr std::size_t kSamples = 5, kOfThem = 3, kMostMoves = 2;
constexpr Milliseconds kRest{std::chrono::minutes(15)};
enum Kind : std::size_t { kCpu, kMemory };
using Ratios = std::array<double, 2>;

struct Order {
  std::size_t domain = 0, target = 0;
};
struct UnderWay {
  Order order;
  std::size_t source = 0;
  Milliseconds ends{0};
};

class PeerRun {
 public:
  PeerRun(Peer peer, const simulation::Scenario& scenario, const simulation::RunOptions& options)
      : peer_(peer), scenario_(scenario), options_(options), history_(scenario.nodes.size()) {}

  simulation::Totals go() {
    for (Milliseconds next = options_.step; next <= options_.length; next += options_.step) {
      finish_before(next);
      clock_.move_to(next);
      world_.step();
      tally_.note(world_, clock_.now(), options_.step);
      observe();
      while (under_way_.size() < kMostMoves && act()) {
      }
    }
    return tally_.totals();
  }

 private:
  void finish_before(Milliseconds next) {
    for (;;) {
      const auto first = std::min_element(under_way_.begin(), under_way_.end(),
                                          [](const UnderWay& a, const UnderWay& b) { return a.ends < b.ends; });
      if (first == under_way_.end() || first->ends >= next) return;
      clock_.move_to(first->ends);
      world_.finish_migration(first->order.domain, first->order.target);
      rests_until_[first->order.domain] = first->ends + kRest;
      history_[first->source].clear();  // its samples are of before
      history_[first->order.target].clear();
      under_way_.erase(first);
    }
  }

  Ratios ratios(std::size_t node) const {
    return {world_.nodes()[node].cpu_ratio(), world_.nodes()[node].memory_ratio()};
  }
  static double mark(std::size_t kind, const simulation::Scenario& scenario) {
    return kind == kCpu ? scenario.marks.cpu : scenario.marks.memory;
  }

  void observe() {
    for (std::size_t i = 0; i < history_.size(); ++i) {
      history_[i].push_back(ratios(i));
      if (history_[i].size() > kSamples) history_[i].pop_front();
    }
  }

  bool hot(std::size_t node, std::size_t kind) const {
    const double limit = mark(kind, scenario_);
    const auto& past = history_[node];
    const auto above = std::count_if(past.begin(), past.end(), [&](const Ratios& one) { return one[kind] > limit; });
    if (static_cast<std::size_t>(above) < kOfThem || past.back()[kind] <= limit) return false;
    return peer_ == Peer::kThresholds || forecast(past, kind) > limit;
  }

  // u' = mean + phi (u - mean), phi by least squares over the samples.
  static double forecast(const std::deque<Ratios>& past, std::size_t kind) {
    double mean = 0, above = 0, below = 0;
    for (const Ratios& one : past) mean += one[kind] / static_cast<double>(past.size());
    for (std::size_t i = 1; i < past.size(); ++i) {
      above += (past[i - 1][kind] - mean) * (past[i][kind] - mean);
      below += (past[i - 1][kind] - mean) * (past[i - 1][kind] - mean);
    }
    const double phi = below > 0 ? std::clamp(above / below, -1.0, 1.0) : 0;
    return mean + phi * (past.back()[kind] - mean);
  }

  bool busy(std::size_t node) const {
    return std::any_of(under_way_.begin(), under_way_.end(),
                       [&](const UnderWay& one) { return one.source == node || one.order.target == node; });
  }
  bool may_move(std::size_t domain) const {
    const auto rest = rests_until_.find(domain);
    return !world_.domains()[domain].target && (rest == rests_until_.end() || rest->second <= clock_.passed());
  }
  double footprint(std::size_t domain) const {
    return static_cast<double>(world_.resident_bytes(world_.domains()[domain]) + model::kDomainOverheadBytes);
  }
  double volume(std::size_t node) const {
    return *model::node_volume(snapshot_of(world_, node, {"peer", options_.step}, clock_).node);
  }

  // With the domain there; CPU by what it used where it was.
  Ratios after(std::size_t node, std::size_t domain) const {
    const SimulatedNode& one = world_.nodes()[node];
    Ratios ratios = this->ratios(node);
    ratios[kCpu] += world_.domains()[domain].cores.gets / one.model->cpus;
    ratios[kMemory] += footprint(domain) / static_cast<double>(one.model->memory_bytes);
    return ratios;
  }

  bool act() {
    for (const std::size_t node : in_order()) {
      if (busy(node) || history_[node].empty() || (!hot(node, kCpu) && !hot(node, kMemory))) continue;
      const auto order = peer_ == Peer::kThresholds ? largest(node) : highest_vsr(node);
      if (!order) continue;
      const Milliseconds length = world_.begin_migration(order->domain, order->target);
      under_way_.push_back({*order, node, clock_.passed() + length});
      return true;
    }
    return false;
  }

  std::vector<std::size_t> in_order() const {
    std::vector<std::size_t> nodes(world_.nodes().size());
    std::iota(nodes.begin(), nodes.end(), std::size_t{0});
    if (peer_ == Peer::kThresholds) return nodes;
    std::vector<double> volumes;
    for (const std::size_t node : nodes) volumes.push_back(volume(node));
    std::stable_sort(nodes.begin(), nodes.end(), [&](std::size_t a, std::size_t b) { return volumes[a] > volumes[b]; });
    return nodes;
  }

  std::optional<Order> largest(std::size_t node) const {
    const std::size_t kind = hot(node, kCpu) ? kCpu : kMemory;
    std::optional<std::size_t> domain, target;
    for (const std::size_t one : world_.nodes()[node].domains)
      if (may_move(one) && (!domain || footprint(one) > footprint(*domain))) domain = one;
    if (!domain) return std::nullopt;
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (i == node || busy(i) || after(i, *domain)[kMemory] > 1) continue;
      if (!target || ratios(i)[kind] < ratios(*target)[kind]) target = i;
    }
    return target ? std::optional(Order{*domain, *target}) : std::nullopt;
  }

  std::optional<Order> highest_vsr(std::size_t node) const {
    const auto snapshot = snapshot_of(world_, node, {"peer", options_.step}, clock_);
    std::vector<std::pair<double, std::size_t>> domains;
    for (std::size_t k = 0; k < world_.nodes()[node].domains.size(); ++k)
      if (may_move(world_.nodes()[node].domains[k]))
        domains.push_back(
            {model::domain_vsr(snapshot.domains[k], snapshot.node).value_or(0), world_.nodes()[node].domains[k]});
    std::stable_sort(domains.begin(), domains.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::size_t> targets = in_order();
    std::reverse(targets.begin(), targets.end());
    for (const auto& [vsr, domain] : domains)
      for (const std::size_t target : targets) {
        if (target == node || busy(target)) continue;
        const Ratios then = after(target, domain);
        if (then[kCpu] <= mark(kCpu, scenario_) && then[kMemory] <= mark(kMemory, scenario_))
          return Order{domain, target};
      }
    return std::nullopt;
  }

  Peer peer_;
  const simulation::Scenario& scenario_;
  const simulation::RunOptions& options_;
  SimulatedClock clock_{scenario_.begins};
  World world_{scenario_, clock_, options_.seed};
  simulation::Tally tally_{scenario_};
  std::vector<std::deque<Ratios>> history_;
  std::vector<UnderWay> under_way_;
  std::map<std::size_t, Milliseconds> rests_until_;
};

}  // namespace

simulation::Totals run_peer(Peer peer, const simulation::Scenario& scenario, const simulation::RunOptions& options) {
  return PeerRun(peer, scenario, options).go();
}

}  // namespace hotspot::decide
