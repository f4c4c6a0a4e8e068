#include "actuator/plan/consolidation/load.h"

#include <algorithm>
#include <cmath>

namespace hotspot::plan::consolidation {
namespace {

// The tail of demand is heavier than Gaussian: a part of it is half again as wide.
constexpr double kWideShare = 0.15, kWide = 1.5;
// An overload that is more likely than this will be one at most ticks, and counts more.
constexpr double kChronic = 0.33, kChronicWeight = 5;
// The variance of a domain that has been seen for a short time is uncertain itself.
constexpr std::size_t kWellKnownSamples = 20;
// Of the deviation, free above the demand of now. Relieving down to nine tenths of the capacity doubles the violations.
constexpr double kSpare = 0.1;
// Of a domain that is idle now: how likely it is that it wakes while it is copied.
constexpr double kWakes = 0.35;

double upper_tail(double deviations) { return 0.5 * std::erfc(deviations * M_SQRT1_2); }

double overload_probability(double slack, double variance) {
  if (variance <= 0) return slack < 0 ? 1 : 0;
  const double z = slack / std::sqrt(variance);
  if (z > 9) return 0;
  return (1 - kWideShare) * upper_tail(z) + kWideShare * upper_tail(z / kWide);
}

}  // namespace

Load::Load(const Cluster& cluster, const Policy& policy)
    : cluster_(cluster),
      policy_(policy),
      variances_(cluster.domains.size()),
      places_(cluster.domains.size()),
      moved_(cluster.domains.size(), 0),
      sums_(cluster.nodes.size()) {
  for (std::size_t i = 0; i < cluster_.domains.size(); ++i) {
    const Domain& one = cluster_.domains[i];
    const auto known = static_cast<double>(std::clamp<std::size_t>(one.samples, 1, kWellKnownSamples));
    variances_[i] = one.variance * (1 + 1 / known);
    places_[i] = one.node;
    Sums& sums = sums_[one.node];
    sums.domains.push_back(i);
    add(sums, i, 1);
    if (one.leaving == kNowhere) continue;
    sums_[one.leaving].leaving += one.demand;
    sums.longest_arrival = std::max(sums.longest_arrival, disturbance(i));
    ++sums.arriving;
  }
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    sums_[i].risk = risk_of(i, sums_[i].mean, sums_[i].variance);
    if (!sums_[i].domains.empty()) open_.push_back(i);
  }
}

double Load::deviation(std::size_t node) const { return std::sqrt(std::max(0.0, sums_[node].variance)); }

bool Load::may_move(std::size_t domain) const {
  const Domain& one = cluster_.domains[domain];
  return moved_[domain] == 0 && one.leaving == kNowhere && one.movable == Domain::Movable::kYes;
}

double Load::risk_of(std::size_t node, double mean, double variance) const {
  const double probability = overload_probability(cluster_.nodes[node].capacity - mean, variance);
  return policy_.costs.overload_seconds * (probability + kChronicWeight * std::max(0.0, probability - kChronic));
}

double Load::risk_with(std::size_t node, std::size_t domain) const {
  return risk_of(node, sums_[node].mean + cluster_.domains[domain].mean, sums_[node].variance + variances_[domain]);
}

double Load::risk_without(std::size_t node, std::size_t domain) const {
  return risk_of(node, sums_[node].mean - cluster_.domains[domain].mean, sums_[node].variance - variances_[domain]);
}

double Load::slack_with(std::size_t node, std::size_t domain) const {
  const double variance = sums_[node].variance + variances_[domain];
  const double slack = cluster_.nodes[node].capacity - sums_[node].mean - cluster_.domains[domain].mean;
  return variance > 0 ? slack / std::sqrt(variance) : slack > 0 ? kUnlimited : -kUnlimited;
}

double Load::comfortable(std::size_t node) const { return cluster_.nodes[node].capacity - kSpare * deviation(node); }

bool Load::fits(std::size_t node, std::size_t domain) const {
  const Node& target = cluster_.nodes[node];
  const Domain& one = cluster_.domains[domain];
  const Sums& sums = sums_[node];
  return target.use == Node::Use::kTarget && one.demand <= target.most_of_a_domain &&
         sums.demand + sums.leaving + one.demand <= comfortable(node) && sums.memory + one.memory <= target.memory;
}

double Load::move_cost(std::size_t domain) const {
  const Costs& costs = policy_.costs;
  const Domain& one = cluster_.domains[domain];
  const double lost = costs.lost_share * one.demand / cluster_.nodes[places_[domain]].capacity * one.transfer_seconds;
  return costs.move_seconds + costs.lost_work_weight * lost;
}

double Load::arrival_cost(std::size_t node, std::size_t domain) const {
  return std::max(0.0, disturbance(domain) - sums_[node].longest_arrival);
}

double Load::disturbance(std::size_t domain) const {
  const Domain& one = cluster_.domains[domain];
  return one.demand > 0 ? one.transfer_seconds : kWakes * one.transfer_seconds;
}

double Load::idle_cost(std::size_t node) const {
  return policy_.costs.seconds_per_watt_tick * cluster_.nodes[node].idle_watts;
}

void Load::add(Sums& sums, std::size_t domain, double sign) const {
  const Domain& one = cluster_.domains[domain];
  sums.demand += sign * one.demand;
  sums.mean += sign * one.mean;
  sums.variance += sign * variances_[domain];
  sums.memory += sign * one.memory;
}

void Load::move(std::size_t domain, std::size_t to, Reason reason) {
  const std::size_t from = places_[domain];
  Sums &source = sums_[from], &target = sums_[to];
  const auto found = std::find(source.domains.begin(), source.domains.end(), domain);
  const auto position = static_cast<std::size_t>(found - source.domains.begin());
  std::vector<std::size_t> source_list = std::move(source.domains), target_list = std::move(target.domains);
  source.domains.clear();
  target.domains.clear();
  before_.push_back({source, target, position});
  source_list.erase(source_list.begin() + static_cast<std::ptrdiff_t>(position));
  target_list.push_back(domain);
  const Domain& one = cluster_.domains[domain];
  add(source, domain, -1);
  add(target, domain, 1);
  source.leaving += one.demand;
  target.longest_arrival = std::max(target.longest_arrival, disturbance(domain));
  ++target.arriving;
  source.domains = std::move(source_list);
  target.domains = std::move(target_list);
  source.risk = source.domains.empty() ? 0 : risk_of(from, source.mean, source.variance);
  target.risk = risk_of(to, target.mean, target.variance);
  places_[domain] = to;
  moved_[domain] = 1;
  moves_.push_back({domain, from, to, reason});
  if (target.domains.size() == 1) open(to);
  if (source.domains.empty()) close(from);
}

void Load::undo() {
  const Move last = moves_.back();
  Before& before = before_.back();
  Sums &source = sums_[last.from], &target = sums_[last.to];
  std::vector<std::size_t> source_list = std::move(source.domains), target_list = std::move(target.domains);
  if (source_list.empty()) open(last.from);
  source_list.insert(source_list.begin() + static_cast<std::ptrdiff_t>(before.position), last.domain);
  target_list.pop_back();
  if (target_list.empty()) close(last.to);
  source = before.from;
  target = before.to;
  source.domains = std::move(source_list);
  target.domains = std::move(target_list);
  places_[last.domain] = last.from;
  moved_[last.domain] = 0;
  moves_.pop_back();
  before_.pop_back();
}

void Load::undo_to(std::size_t size) {
  while (moves_.size() > size) undo();
}

void Load::open(std::size_t node) { open_.insert(std::lower_bound(open_.begin(), open_.end(), node), node); }

void Load::close(std::size_t node) { open_.erase(std::lower_bound(open_.begin(), open_.end(), node)); }

}  // namespace hotspot::plan::consolidation
