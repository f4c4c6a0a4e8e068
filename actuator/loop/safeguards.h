// What restrains planning besides the rules and their limits, and watches over domains: operators' orders, holds and
// changes by others, domains on two nodes, guests that lack memory.
//
// Thread rule: one thread, the loop's.
#pragma once

#include "actuator/loop/memory_care.h"
#include "actuator/loop/options.h"
#include "actuator/loop/orders.h"
#include "actuator/loop/steering.h"
#include "actuator/loop/two_nodes.h"

namespace hotspot::loop {

struct Safeguards {
  explicit Safeguards(const Options& options) : orders(options.mode), steering(options), memory(options.memory_care) {}

  // A state of an action of ours.
  void note(const ports::JournalEntry& entry, const model::Cluster& cluster) {
    steering.note(entry);
    memory.note(entry, cluster);
  }

  Orders orders;
  Steering steering;
  TwoNodes two_nodes;
  MemoryCare memory;
};

}  // namespace hotspot::loop
