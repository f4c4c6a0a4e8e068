#include "bench/planetlab/scratch_host.h"

#include <algorithm>
#include <cmath>

namespace hotspot::planetlab {
namespace {

constexpr double kThreshold = 0.8, kThresholdWithoutHistory = 0.7, kSafety = 1.2;
constexpr std::size_t kRegressionLength = 10;

// The straight line through the newest values, one step ahead; sums as commons-math's SimpleRegression makes them.
double predicted(const History& history) {
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0, sum_x = 0, sum_y = 0;
  for (std::size_t i = 0; i < kRegressionLength; ++i) {
    const double x = static_cast<double>(i) + 1, y = history.shares[kRegressionLength - 1 - i];
    const double n = static_cast<double>(i);
    if (i == 0) {
      mean_x = x;
      mean_y = y;
    } else {
      const double dx = x - mean_x, dy = y - mean_y;
      xx += dx * dx * (n / (1 + n));
      xy += dx * dy * (n / (1 + n));
      mean_x += dx / (1 + n);
      mean_y += dy / (1 + n);
    }
    sum_x += x;
    sum_y += y;
  }
  const double slope = xy / xx, intercept = (sum_y - slope * sum_x) / static_cast<double>(kRegressionLength);
  return intercept + slope * static_cast<double>(kRegressionLength + 1);
}

}  // namespace

ScratchHost::ScratchHost(const std::vector<Vm>& vms, const Host& host) : all_(vms), kind_(&kind_of_host(host.index)) {
  for (const Place& place : host.places) list_.push_back(place.vm);
  recompute();
}

void ScratchHost::add(std::size_t vm) {
  list_.push_back(vm);
  recompute();
}

void ScratchHost::remove(std::size_t vm) {
  std::erase(list_, vm);
  recompute();
}

std::size_t ScratchHost::with_least_memory() const {
  return *std::min_element(list_.begin(), list_.end(),
                           [&](std::size_t a, std::size_t b) { return all_[a].memory_mb() < all_[b].memory_mb(); });
}

void ScratchHost::recompute() {
  allocated_ = requested_ = 0;
  history_ = {};
  double needed = 0, free = kind_->mips;
  bool short_of = false;
  for (const std::size_t vm : list_) {
    const double capped = std::min(all_[vm].demand, kind_->core_mips);
    needed += capped;
    short_of = short_of || free < capped;
    free -= capped;
    requested_ += all_[vm].demand;
    add_history(all_[vm], history_);
  }
  free_ = short_of ? 0 : free;
  for (const std::size_t vm : list_) {
    const double capped = std::min(all_[vm].demand, kind_->core_mips);
    allocated_ += short_of ? std::floor(capped * (kind_->mips / needed)) : capped;
  }
}

void ScratchHost::add_history(const Vm& vm, History& sums) const {
  for (std::size_t i = 0; i < History::kLength; ++i) sums.shares[i] += vm.history.shares[i] * vm.mips() / kind_->mips;
}

bool ScratchHost::overloaded(Detector detector) const { return overloaded(requested_, history_, detector); }

bool ScratchHost::overloaded_with(const Vm& vm, Detector detector) const {
  if (detector == Detector::kThreshold) return overloaded(requested_ + vm.demand, history_, detector);
  History sums = history_;
  add_history(vm, sums);
  return overloaded(requested_ + vm.demand, sums, detector);
}

bool ScratchHost::overloaded(double requested, const History& sums, Detector detector) const {
  if (detector == Detector::kThreshold) return requested / kind_->mips > kThreshold;
  const auto from = sums.shares.begin() + kRegressionLength - 1;
  if (std::all_of(from, sums.shares.end(), [](double share) { return share == 0; }))
    return requested / kind_->mips > kThresholdWithoutHistory;
  return predicted(sums) * kSafety >= 1;
}

bool ScratchHost::suits(const Vm& vm) const { return kind_->core_mips >= vm.demand && free_ >= vm.demand; }

}  // namespace hotspot::planetlab
