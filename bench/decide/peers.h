// What others do about hot nodes: plain thresholds with the largest domain moved, and Sandpiper's policy.
//
// Both see what snapshots show (use, not demand), act in steps, move one domain in and one out of a node at a time and
// two in the cluster, as our limits say, and leave a domain that was moved alone for fifteen minutes.
#pragma once

#include <cstdint>

#include "actuator/sim/run.h"

namespace hotspot::decide {

enum class Peer {
  // CPU or memory above its mark in 3 of the last 5 samples: the domain with the most memory goes to the node that uses
  // least of that resource and has the memory.
  kThresholds,
  // Wood, Shenoy, Venkataramani and Yousif, NSDI 2007, section 4 and 5, black box: 3 of 5 samples and the forecast of
  // an
  // autoregressive model of first order above the mark; from the node of the highest volume, the domain of the highest
  // VSR, to the node of the lowest volume where no resource comes above its mark. Its swaps are left out.
  kSandpiper
};

simulation::Totals run_peer(Peer peer, const simulation::Scenario& scenario, const simulation::RunOptions& options);

}  // namespace hotspot::decide
