// How much CPU a domain will want: its slow mean, and how far it strays from it.
//
// Demand of server workloads is a mean of the domain's own with nearly white noise about it (CPU use of PlanetLab's
// machines: autocorrelation of 0.1 from one five minutes to the next). So the last sample foretells little, and both
// figures change slowly. Values only; any thread.
#pragma once

#include <cstddef>

namespace hotspot::plan::consolidation {

class DemandEstimate {
 public:
  // A share of what the domain could use at most, 0 to 1; once a tick.
  void add(double share);

  double mean() const { return mean_; }
  double variance() const { return variance_; }
  std::size_t samples() const { return samples_; }

 private:
  double mean_ = 0, variance_ = 0;
  std::size_t samples_ = 0;
};

}  // namespace hotspot::plan::consolidation
