// How a node's CPU is divided when its domains want more than it has.
//
// PURE. Max-min fairness by weight, which is what the kernel's fair scheduler comes to over a second: who wants less
// than its share gets what it wants, and the rest is divided among the others by weight.
#pragma once

#include <cstddef>
#include <vector>

namespace hotspot::simulation {

struct Claim {
  double wants = 0;
  double weight = 1;  // above 0
  double gets = 0;    // the result: never more than it wants
};

// In cores. What is not given away is idle: either all get what they want or the sum of `gets` is the capacity.
void share(double capacity, std::vector<Claim>& claims);

}  // namespace hotspot::simulation
