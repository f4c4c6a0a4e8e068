#include "actuator/plan/consolidation/demand_estimate.h"

#include <algorithm>

namespace hotspot::plan::consolidation {
namespace {

// Weights of the newest sample once there are many. They were chosen on two days of PlanetLab's traces; three times as
// much or a third costs a fifth to four fifths more violations.
constexpr double kMeanWeight = 0.095, kVarianceWeight = 0.047;
// A first guess of the deviation, which counts as so many samples.
constexpr double kFirstDeviation = 0.05, kFirstDeviationOfShare = 0.2;
constexpr double kGuessSamples = 23;

}  // namespace

void DemandEstimate::add(double share) {
  ++samples_;
  if (samples_ == 1) {
    mean_ = share;
    const double deviation = kFirstDeviation + kFirstDeviationOfShare * share;
    variance_ = deviation * deviation;
    return;
  }
  const auto n = static_cast<double>(samples_);
  const double error = share - mean_;
  variance_ += std::max(kVarianceWeight, 1 / (n + kGuessSamples)) * (error * error - variance_);
  mean_ += std::max(kMeanWeight, 1 / n) * error;
}

}  // namespace hotspot::plan::consolidation
