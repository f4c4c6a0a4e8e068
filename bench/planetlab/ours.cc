#include "bench/planetlab/ours.h"

#include <cmath>

#include "actuator/plan/consolidation/consolidation.h"
#include "actuator/plan/consolidation/demand_estimate.h"
#include "actuator/plan/consolidation/start.h"

namespace hotspot::planetlab {
namespace {

namespace consolidation = plan::consolidation;

// A tick is 0.1 s after a sample, so the share is a little on the way to the next one, which would be known from it.
double sample_of(double share) { return std::round(share * 100) / 100; }

class Ours : public Policy {
 public:
  explicit Ours(const consolidation::Policy& policy) : policy_(policy) {
    for (std::size_t i = 0; i < kHosts; ++i) {
      const HostKind& kind = kind_of_host(i);
      consolidation::Node node;
      node.capacity = kind.mips;
      node.most_of_a_domain = kind.core_mips;
      node.idle_watts = kind.watts.front();
      node.full_watts = kind.watts.back();
      cluster_.nodes.push_back(node);
    }
  }

  std::vector<std::size_t> start(const std::vector<Vm>& vms) override {
    estimates_.assign(vms.size(), {});
    std::vector<consolidation::Node> nodes = cluster_.nodes;
    for (consolidation::Node& node : nodes) node.memory = kHostMemoryMb;
    std::vector<consolidation::Reserved> reserved(nodes.size());
    std::vector<std::size_t> places;
    for (const Vm& vm : vms) {
      places.push_back(start_node(nodes, reserved, {vm.mips(), vm.memory_mb()}).value());
      reserved[places.back()].cpu += vm.mips();
      reserved[places.back()].memory += vm.memory_mb();
    }
    return places;
  }

  std::vector<Move> plan(const DataCenter& center) override {
    take_demand(center.vms());
    overloaded_ = 0;
    for (const Host& host : center.hosts()) overloaded_ += host.requested > kind_of_host(host.index).mips ? 1 : 0;
    std::vector<Move> moves;
    for (const consolidation::Move& move : consolidate(cluster_, policy_))
      moves.push_back({vms_[move.domain], move.to});
    return moves;
  }

  std::size_t overloaded() const override { return overloaded_; }

 private:
  void take_demand(const std::vector<Vm>& vms) {
    cluster_.domains.clear();
    vms_.clear();
    for (std::size_t i = 0; i < vms.size(); ++i) {
      const Vm& vm = vms[i];
      if (vm.state == Vm::State::kRemoved) continue;
      estimates_[i].add(sample_of(vm.share));
      consolidation::Domain domain;
      domain.node = vm.host;
      domain.demand = sample_of(vm.share) * vm.mips();
      domain.mean = estimates_[i].mean() * vm.mips();
      domain.variance = estimates_[i].variance() * vm.mips() * vm.mips();
      domain.samples = estimates_[i].samples();
      domain.transfer_seconds = vm.transfer_seconds();
      cluster_.domains.push_back(domain);
      vms_.push_back(i);
    }
  }

  consolidation::Policy policy_;
  consolidation::Cluster cluster_;
  std::vector<consolidation::DemandEstimate> estimates_;  // by machine
  std::vector<std::size_t> vms_;                          // by domain
  std::size_t overloaded_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_ours(const consolidation::Policy& policy) { return std::make_unique<Ours>(policy); }

}  // namespace hotspot::planetlab
