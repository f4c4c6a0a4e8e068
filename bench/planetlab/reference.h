// What CloudSim 3.0.3 itself gives, in the order of files in which most papers have it.
#pragma once

#include <optional>
#include <string>

#include "bench/planetlab/experiment.h"
#include "bench/planetlab/published.h"

namespace hotspot::planetlab {

struct Reference {
  double kwh;
  long migrations;
  double slav_percent, pdm_percent, slatah_percent;
};

std::optional<Reference> reference_of(const std::string& day, Idle idle, Published policy);

// The largest relative deviation of a figure from its reference.
double deviation(const Metrics& metrics, const Reference& reference);

}  // namespace hotspot::planetlab
