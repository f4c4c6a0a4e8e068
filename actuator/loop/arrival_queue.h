// Snapshots that count and that the loop has not processed yet: if more arrive than one round may process, the rest
// waits here, and nothing is lost.
//
// Nodes take turns, each with its oldest snapshot, so that a node that sends without end delays only itself. The queue
// refuses nothing: the sender's side reads no more than there is room() for. Snapshots that were kept until their node
// was proven may be added on top, at once: no more than EarlyArrivals keeps. There is then no room until those are
// processed. PURE. Thread rule: one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

#include "actuator/ports/snapshot_source.h"

namespace hotspot::loop {

// So much may be taken from where snapshots come from.
struct ArrivalRoom {
  std::size_t count = 0;
  std::size_t bytes = 0;  // in memory, about; at least one fits, however large it is, unless this is 0
};

class ArrivalQueue {
 public:
  static constexpr std::size_t kMostWaiting = 5000;
  static constexpr std::size_t kMostWaitingBytes = std::size_t{64} << 20;

  struct Waiting {
    ports::Arrival arrival;
    bool is_early = false;  // it came before its node was proven; see early_arrivals.h
  };
  void put(Waiting arrival);
  // Of which node the next one is; "" if there is none.
  const std::string& next_node() const;
  Waiting take();  // the next one; there must be one

  bool empty() const { return turns_.empty(); }
  std::size_t size() const { return size_; }
  ArrivalRoom room() const;

 private:
  std::unordered_map<std::string, std::deque<Waiting>> nodes_;  // by UUID; none is empty
  std::deque<std::string> turns_;                               // each of them once
  std::size_t size_ = 0, bytes_ = 0;
};

}  // namespace hotspot::loop
