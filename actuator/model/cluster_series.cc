#include "actuator/model/cluster_series.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "actuator/model/load.h"

namespace hotspot::model {
namespace {

bool counts(const ClusterView& view, const Node& node) {
  return !node.drain_requested && !is_stale(node, view.now, view.freshness);
}

std::optional<double> use_of(const Projection& projection, const Node& node, std::string_view resource) {
  if (resource == "cpu") return projection.node(node).cpu_ratio();
  if (resource == "memory") return projection.node(node).memory_used_ratio();
  return node_net_used_ratio(node.snapshot->node);
}

// What one resource of the nodes can still be used for by domains, and what the domains demand of it.
struct Supply {
  std::vector<double> rooms;
  double demand = 0;
};

double nodes_for(Supply supply) {
  std::sort(supply.rooms.begin(), supply.rooms.end(), std::greater<>());
  double room = 0, nodes = 0;
  for (const double one : supply.rooms) {
    if (room >= supply.demand || one <= 0) break;
    room += one;
    ++nodes;
  }
  if (room >= supply.demand) return nodes;
  if (nodes == 0) return static_cast<double>(supply.rooms.size()) + 1;
  return std::ceil(supply.demand / (room / nodes));
}

void add(const ClusterView& view, const Node& node, Supply& cpu, Supply& memory) {
  const NodeProjection now = Projection(view.cluster).node(node);
  if (!now.cores_used || now.cpus <= 0 || !now.memory_available_bytes) return;
  double cores = 0, bytes = 0, resident = 0;
  for (const DomainSample& domain : node.snapshot->domains) {
    if (!is_running(domain) || !view.cluster.belongs_here(node, domain)) continue;
    cores += domain_cores_wanted(domain, node.snapshot->node).value_or(0);
    bytes += static_cast<double>(domain_footprint_bytes(domain).value_or(0));
    resident += static_cast<double>(domain_resident_bytes(domain).value_or(0));
  }
  const auto whole = static_cast<double>(now.memory_bytes);
  const double used = whole - static_cast<double>(*now.memory_available_bytes);
  cpu.demand += cores;
  memory.demand += bytes;
  cpu.rooms.push_back(view.margins.node_cpu_ceiling_ratio * now.cpus - std::max(0.0, *now.cores_used - cores));
  memory.rooms.push_back((1 - view.margins.node_memory_margin_ratio) * whole - std::max(0.0, used - resident));
}

}  // namespace

std::optional<double> imbalance_ratio(const ClusterView& view, std::string_view resource) {
  const Projection projection(view.cluster);
  std::vector<double> uses;
  for (const auto& [uuid, node] : view.cluster.nodes()) {
    if (!counts(view, node)) continue;
    if (const auto use = use_of(projection, node, resource)) uses.push_back(*use);
  }
  if (uses.size() < 2) return std::nullopt;
  const auto count = static_cast<double>(uses.size());
  const double mean = std::accumulate(uses.begin(), uses.end(), 0.0) / count;
  double squares = 0;
  for (const double use : uses) squares += (use - mean) * (use - mean);
  return std::sqrt(squares / count);
}

std::optional<double> nodes_needed(const ClusterView& view) {
  Supply cpu, memory;
  for (const auto& [uuid, node] : view.cluster.nodes())
    if (counts(view, node)) add(view, node, cpu, memory);
  if (cpu.rooms.empty()) return std::nullopt;
  return std::max(nodes_for(std::move(cpu)), nodes_for(std::move(memory)));
}

void read_cluster_series(const ClusterView& view, const SeriesInfo& series, std::vector<ClusterValue>& out) {
  const auto take = [&](std::string_view resource, std::optional<double> value) {
    if (value) out.push_back({resource, *value});
  };
  if (series.name == "cluster_nodes_needed") take("", nodes_needed(view));
  if (series.name != "cluster_imbalance_ratio") return;
  for (const std::string_view resource : kImbalanceResources) take(resource, imbalance_ratio(view, resource));
}

}  // namespace hotspot::model
