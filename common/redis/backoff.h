// How long to wait before the next attempt: doubles up to a limit, with jitter so that many clients do not return at
// once.
//
// PURE: no clock and no sleep; waiting is up to the caller.
#pragma once

#include <cstdint>
#include <random>

#include "telemetry/units.h"

namespace hotspot::redis {

class Backoff {
 public:
  struct Options {
    Milliseconds first{200};     // short: most interruptions are a restart that takes a moment
    Milliseconds longest{5000};  // a server that is available again is found within this time
    double jitter_ratio = 0.25;  // each delay is made longer or shorter by up to this share
  };

  explicit Backoff(Options options, std::uint64_t seed);

  // The delay before the next attempt. It grows with each call until reset().
  Milliseconds next();
  void reset() { failures_ = 0; }

 private:
  Options options_;
  std::minstd_rand random_;
  int failures_ = 0;
};

// A different seed for each object and process.
std::uint64_t random_seed();

}  // namespace hotspot::redis
