// Counts of values in buckets with fixed bounds, and their sum. PURE.
//
// The bounds are documented (docs/metrics.md): dashboards and alerts rely on them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hotspot::telemetry {

std::span<const double> round_bounds();       // seconds of CPU time, of rounds of the loop
std::span<const double> duration_bounds();    // seconds, of actions
std::span<const double> downtime_bounds();    // seconds, of migrations
std::span<const double> prediction_bounds();  // measured ÷ predicted

class Histogram {
 public:
  // `bounds` are in ascending order and outlive the histogram.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  // NaN and infinity are not counted.
  void add(double value);
  // Sets what was read from a record. False, without any change, if the number of counts differs, or if counts or sum
  // are impossible.
  bool set(std::vector<std::uint64_t> counts, double sum);

  std::span<const double> bounds() const { return bounds_; }
  // Values up to each bound and above the one before; the last count is of those above all bounds. Not cumulative.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  double sum() const { return sum_; }
  std::uint64_t count() const;
  void add_all(const Histogram& other);  // must have the same bounds

  bool operator==(const Histogram& other) const { return counts_ == other.counts_ && sum_ == other.sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace hotspot::telemetry
