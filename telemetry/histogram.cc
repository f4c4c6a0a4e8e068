#include "telemetry/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace hotspot::telemetry {
namespace {

constexpr std::array kRoundSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5};
constexpr std::array kDurationSeconds{1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0};
constexpr std::array kDowntimeSeconds{0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0};
constexpr std::array kMeasuredByPredicted{0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 4.0};

}  // namespace

std::span<const double> round_bounds() { return kRoundSeconds; }
std::span<const double> duration_bounds() { return kDurationSeconds; }
std::span<const double> downtime_bounds() { return kDowntimeSeconds; }
std::span<const double> prediction_bounds() { return kMeasuredByPredicted; }

void Histogram::add(double value) {
  if (!std::isfinite(value) || value < 0) return;
  const auto place = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(place)];
  sum_ += value;
}

bool Histogram::set(std::vector<std::uint64_t> counts, double sum) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 53;  // of each count, so that no sum of counts overflows
  if (counts.size() != counts_.size() || !std::isfinite(sum) || sum < 0) return false;
  if (std::any_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count > kMost; })) return false;
  if (sum > 0 && std::all_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count == 0; }))
    return false;
  counts_ = std::move(counts);
  sum_ = sum;
  return true;
}

std::uint64_t Histogram::count() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }

void Histogram::add_all(const Histogram& other) {
  for (std::size_t i = 0; i < counts_.size() && i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  sum_ += other.sum_;
}

}  // namespace hotspot::telemetry
