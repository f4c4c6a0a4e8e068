#include "bench/planetlab/published.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "bench/planetlab/scratch_host.h"

namespace hotspot::planetlab {
namespace {

constexpr double kMediumShare = 0.6;
enum class Placement { kLeastPower, kMediumFit };

// Smaller is better; of equals the first host.
using Preference = std::pair<double, double>;

Preference by_medium_fit(double share, const HostKind& kind) {
  return {std::abs(share - kMediumShare), -kind.mips / kind.watts.back()};
}

struct StartHost {
  double reserved = 0;
  double memory_mb = 0;
  std::size_t vms = 0;
};

std::vector<std::size_t> start_by(const std::vector<Vm>& vms, Placement placement) {
  std::vector<StartHost> hosts(kHosts);
  std::vector<std::size_t> places;
  for (const Vm& vm : vms) {
    std::optional<Preference> best;
    std::size_t target = 0;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      const HostKind& kind = kind_of_host(i);
      const StartHost& host = hosts[i];
      if (kind.core_mips < vm.mips() || kind.mips - host.reserved < vm.mips() ||
          kHostMemoryMb - host.memory_mb < vm.memory_mb() || host.vms >= kMostVmsAtStart)
        continue;
      const double rise = watts_at(kind.watts, (host.reserved + vm.mips()) / kind.mips) - kind.watts[0];
      const Preference preference = placement == Placement::kLeastPower ? Preference{rise, 0} : by_medium_fit(0, kind);
      if (!best || preference < *best) {
        best = preference;
        target = i;
      }
    }
    hosts[target].reserved += vm.mips();
    hosts[target].memory_mb += vm.memory_mb();
    ++hosts[target].vms;
    places.push_back(target);
  }
  return places;
}

// PowerVmAllocationPolicyMigrationAbstract with least migration time. The state of a tick is that of one plan().
class PublishedPolicy : public Policy {
 public:
  PublishedPolicy(Detector detector, Placement placement) : detector_(detector), placement_(placement) {}

  std::vector<std::size_t> start(const std::vector<Vm>& vms) override { return start_by(vms, placement_); }

  std::vector<Move> plan(const DataCenter& center) override {
    center_ = &center;
    moves_.clear();
    scratch_.clear();
    for (const Host& host : center.hosts()) scratch_.emplace_back(center.vms(), host);
    hot_.assign(kHosts, false);
    for (std::size_t i = 0; i < kHosts; ++i) hot_[i] = scratch_[i].overloaded(detector_);
    overloaded_ = static_cast<std::size_t>(std::count(hot_.begin(), hot_.end(), true));
    place_all(taken_from_overloaded());
    empty_underused();
    return moves_;
  }

  std::size_t overloaded() const override { return overloaded_; }

 private:
  const Vm& vm(std::size_t index) const { return center_->vms()[index]; }
  double share(std::size_t host) const { return center_->hosts()[host].share(); }

  std::vector<std::size_t> taken_from_overloaded() {
    std::vector<std::size_t> taken;
    for (std::size_t i = 0; i < kHosts; ++i) {
      if (!hot_[i]) continue;
      do {
        taken.push_back(scratch_[i].with_least_memory());
        scratch_[i].remove(taken.back());
      } while (!scratch_[i].vms().empty() && scratch_[i].overloaded(detector_));
    }
    return taken;
  }

  void sort_by_demand(std::vector<std::size_t>& list) const {
    std::stable_sort(list.begin(), list.end(),
                     [&](std::size_t a, std::size_t b) { return vm(a).demand > vm(b).demand; });
  }

  void place_all(std::vector<std::size_t> list) {
    sort_by_demand(list);
    for (const std::size_t one : list)
      if (const auto target = target_for(one, hot_)) {
        scratch_[*target].add(one);
        moves_.push_back({one, *target});
      }
  }

  Preference preference_for(const Vm& wanting, std::size_t host) const {
    if (placement_ == Placement::kMediumFit) return by_medium_fit(share(host), kind_of_host(host));
    const ScratchHost& scratch = scratch_[host];
    return {scratch.watts(scratch.allocated() + wanting.demand) - watts_at(kind_of_host(host).watts, share(host)), 0};
  }

  std::optional<std::size_t> target_for(std::size_t index, const std::vector<bool>& excluded) const {
    std::optional<std::size_t> target;
    Preference best{};
    for (std::size_t i = 0; i < kHosts; ++i) {
      if (excluded[i] || !scratch_[i].suits(vm(index))) continue;
      const Preference preference = preference_for(vm(index), i);
      if (target && !(preference < best)) continue;
      if (scratch_[i].allocated() != 0 && scratch_[i].overloaded_with(vm(index), detector_)) continue;
      best = preference;
      target = i;
    }
    return target;
  }

  std::optional<std::size_t> least_used(const std::vector<bool>& excluded) const {
    std::optional<std::size_t> least;
    double best = 1;
    for (std::size_t i = 0; i < kHosts; ++i)
      if (!excluded[i] && share(i) > 0 && share(i) < best && !scratch_[i].vms().empty()) {
        best = share(i);
        least = i;
      }
    return least;
  }

  // A host that received machines above may be emptied again, and a machine then moves twice: as in CloudSim.
  void empty_underused() {
    std::vector<bool> left_alone = hot_, no_target = hot_;
    for (std::size_t i = 0; i < kHosts; ++i)
      if (share(i) == 0) left_alone[i] = no_target[i] = true;
    while (const auto host = least_used(left_alone)) {
      left_alone[*host] = no_target[*host] = true;
      std::vector<std::size_t> list = scratch_[*host].vms();
      sort_by_demand(list);
      for (const Move& move : all_or_none(list, no_target)) {
        moves_.push_back(move);
        left_alone[move.host] = true;
      }
    }
  }

  std::vector<Move> all_or_none(const std::vector<std::size_t>& list, const std::vector<bool>& excluded) {
    std::vector<Move> moves;
    for (const std::size_t one : list) {
      const auto target = target_for(one, excluded);
      if (!target) {
        for (const Move& move : moves) scratch_[move.host].remove(move.vm);
        return {};
      }
      scratch_[*target].add(one);
      moves.push_back({one, *target});
    }
    return moves;
  }

  Detector detector_;
  Placement placement_;
  const DataCenter* center_ = nullptr;
  std::vector<ScratchHost> scratch_;
  std::vector<bool> hot_;
  std::vector<Move> moves_;
  std::size_t overloaded_ = 0;
};

}  // namespace

const char* name_of(Published policy) {
  switch (policy) {
    case Published::kThrMmt:
      return "THR-MMT 0.8";
    case Published::kLrMmt:
      return "LR-MMT 1.2";
    case Published::kLrMfped:
      return "LR-MFPED";
  }
  return "";
}

std::unique_ptr<Policy> make_published(Published policy) {
  const Detector detector = policy == Published::kThrMmt ? Detector::kThreshold : Detector::kLocalRegression;
  const Placement placement = policy == Published::kLrMfped ? Placement::kMediumFit : Placement::kLeastPower;
  return std::make_unique<PublishedPolicy>(detector, placement);
}

}  // namespace hotspot::planetlab
