// Counts of values by fixed bounds, and their sum. PURE.
//
// The bounds are part of what is documented (docs/metrics.md): dashboards and alerts count on them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hotspot::telemetry {

std::span<const double> duration_bounds();    // seconds, of actions
std::span<const double> downtime_bounds();    // seconds, of migrations
std::span<const double> prediction_bounds();  // measured ÷ predicted

class Histogram {
 public:
  // `bounds` rise, and outlive the histogram.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  // What is no number is not counted.
  void add(double value);
  // As it was read. False, and nothing is taken: another number of counts, or counts or a sum that
  // cannot be.
  bool set(std::vector<std::uint64_t> counts, double sum);

  std::span<const double> bounds() const { return bounds_; }
  // Of values up to each bound and above the one before; the last one of those above all bounds. Not cumulative.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  double sum() const { return sum_; }
  std::uint64_t count() const;
  void add_all(const Histogram& other);  // of the same bounds

  bool operator==(const Histogram& other) const { return counts_ == other.counts_ && sum_ == other.sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace hotspot::telemetry
