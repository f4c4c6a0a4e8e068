#include "bench/decide/heated_cluster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/load.h"

namespace hotspot::decide {
namespace {

using simulation::DomainModel;
using simulation::NodeModel;
using simulation::Scenario;

constexpr std::size_t kNodes = 12, kDomains = 150, kHotByCpu = 3, kHotByMemory = 3, kNearlyFull = 4;
constexpr double kNoise = 0.03;
constexpr Milliseconds kHeated{std::chrono::minutes(5)};
constexpr std::array<std::int64_t, 10> kGibibytes{1, 1, 2, 2, 4, 4, 4, 8, 12, 24};

class Heating {
 public:
  explicit Heating(std::uint64_t seed) : random_(seed) {}

  Scenario make() {
    scenario_.marks = {.cpu = kCpuMark, .memory = kMemoryMark, .network = 0.9};
    scenario_.migration.bytes_per_second = 500.0 * kMebibyte;
    for (std::size_t i = 0; i < kNodes; ++i) add_node(i);
    fill(kHotByMemory, 0.93);
    fill(kNearlyFull, 0.85);
    while (scenario_.domains.size() < kDomains)
      add_domain(emptiest(), kGibibytes[below(kGibibytes.size())] * kGibibyte);
    for (std::size_t i = 0; i < kNodes; ++i) load(i);
    relate();
    return std::move(scenario_);
  }

 private:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1.0p-53;
  }

  void add_node(std::size_t index) {
    NodeModel node{.name = "n" + std::to_string(index + 1)};
    node.uuid = simulation::uuid_from(node.name);
    node.cpus = 16 + 8 * static_cast<int>(below(3));
    node.memory_bytes = node.cpus * 6 * kGibibyte;
    node.link_bytes_per_second = 1.25e9;
    scenario_.nodes.push_back(node);
    left_.push_back(node.memory_bytes - node.own_bytes);
  }

  std::size_t emptiest() const {
    std::size_t best = kHotByMemory == 0 ? 1 : 0;
    for (std::size_t i = 0; i < kNodes; ++i)
      if (i != kHotByMemory && i != kNearlyFull && share_left(i) > share_left(best)) best = i;
    return best;
  }
  double share_left(std::size_t node) const {
    return static_cast<double>(left_[node]) / static_cast<double>(scenario_.nodes[node].memory_bytes);
  }

  void add_domain(std::size_t node, std::int64_t memory_bytes) {
    DomainModel domain{.name = "d" + std::to_string(scenario_.domains.size() + 1), .uuid = {}, .node = node};
    domain.uuid = simulation::uuid_from(domain.name);
    domain.memory_bytes = domain.memory_max_bytes = memory_bytes;
    domain.used_bytes = {simulation::Constant{between(0.3, 0.8) * static_cast<double>(memory_bytes)}, kNoise};
    domain.dirty_bytes_per_second = between(0.5, 20) * kMebibyte;
    scenario_.domains.push_back(std::move(domain));
    left_[node] -= memory_bytes + model::kDomainOverheadBytes;
  }

  // Domains until so much of its memory is in use.
  void fill(std::size_t node, double used) {
    const NodeModel& model = scenario_.nodes[node];
    for (;;) {
      const double in_use = 1 - share_left(node);
      const auto room = static_cast<std::int64_t>((used + 0.01 - in_use) * static_cast<double>(model.memory_bytes));
      const std::int64_t memory = kGibibytes[below(kGibibytes.size())] * kGibibyte;
      if (room < kGibibyte) return;
      add_domain(node, memory + model::kDomainOverheadBytes <= room ? memory : kGibibyte);
    }
  }

  // Divides what the node's domains want among them, unevenly.
  void load(std::size_t node) {
    std::vector<std::size_t> here;
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t i = 0; i < scenario_.domains.size(); ++i) {
      if (scenario_.domains[i].node != node) continue;
      here.push_back(i);
      weights.push_back(std::exp(between(-1.2, 1.2)));
      sum += weights.back();
    }
    const double calm = node == kNearlyFull ? 0.1 : between(0.2, 0.4);
    const double cpus = scenario_.nodes[node].cpus;
    const double heated = node < kHotByCpu ? between(0.9, 1.15) : calm;
    for (std::size_t k = 0; k < here.size(); ++k) {
      DomainModel& domain = scenario_.domains[here[k]];
      const double share = weights[k] / sum * cpus;
      domain.vcpus = domain.vcpus_max = std::max(1, static_cast<int>(std::ceil(share * heated * 1.2)));
      domain.cores = {simulation::Steps{.values = {{Milliseconds(0), share * calm}, {kHeated, share * heated}}},
                      kNoise};
    }
  }

  // Pairs that belong together, on a hot node too, and three that are to be apart.
  void relate() {
    for (const std::size_t node : {std::size_t{0}, std::size_t{5}, std::size_t{8}}) {
      std::vector<DomainModel*> here;
      for (DomainModel& domain : scenario_.domains)
        if (domain.node == node) here.push_back(&domain);
      if (here.size() < 2) continue;
      const std::string group = "pair" + std::to_string(node);
      here[0]->policy.group = here[1]->policy.group = group;
      here[0]->policy.affinity = here[1]->policy.affinity = {group};
    }
    for (const std::size_t node : {std::size_t{1}, std::size_t{6}, std::size_t{9}}) {
      const auto found = std::find_if(scenario_.domains.begin(), scenario_.domains.end(),
                                      [&](const DomainModel& one) { return one.node == node; });
      if (found == scenario_.domains.end()) continue;
      found->policy.group = "apart";
      found->policy.anti_affinity = {"apart"};
    }
  }

  std::mt19937_64 random_;
  Scenario scenario_;
  std::vector<std::int64_t> left_;
};

}  // namespace

Scenario heated_cluster(std::uint64_t seed) { return Heating(seed).make(); }

}  // namespace hotspot::decide
