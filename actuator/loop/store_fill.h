// Reports how full the store is: nearly full, and over; a policy that would evict our keys; a missing permission. Each
// is reported once while it lasts. PURE. Thread rule: one thread, the loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/stream_watch.h"
#include "actuator/ports/store_meter.h"

namespace hotspot::loop {

// Used ÷ limit; empty where there is no limit.
std::optional<double> fill_ratio(const ports::StoreMemory& memory);
// It keeps what it has and refuses what is new: the only policy under which nothing of ours is lost.
bool keeps_all(const ports::StoreMemory& memory);

class StoreFill {
 public:
  static constexpr double kNearlyFull = 0.8, kRoomAgain = 0.75;

  // Empty: the store does not let us ask.
  std::vector<Said> saw(const std::optional<ports::StoreMemory>& memory);
  const std::optional<ports::StoreMemory>& memory() const { return memory_; }

 private:
  std::optional<ports::StoreMemory> memory_;
  bool said_unknown_ = false, nearly_full_ = false;
  std::string said_policy_;
};

}  // namespace hotspot::loop
