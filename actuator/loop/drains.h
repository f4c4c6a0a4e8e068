// The nodes that operators want to drain: who asked, why, and since when.
//
// It survives restarts and silence of the node: a node to be drained is still to be drained when it comes back.
#pragma once

#include <map>
#include <set>
#include <string>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::loop {

// The field of the `state` hash.
inline constexpr const char* kDrainsField = "drains";

struct Drained {
  std::string node, owner, reason;
  WallTime since{};
  std::string phase = {};  // of plan::DrainPhase, as it was said last; empty: nothing was said
};

class Drains {
 public:
  // By the node's UUID.
  void request(const std::string& uuid, Drained drained) { all_.insert_or_assign(uuid, std::move(drained)); }
  void set_phase(const std::string& uuid, const std::string& phase) { all_[uuid].phase = phase; }
  bool withdraw(const std::string& uuid) { return all_.erase(uuid) > 0; }
  const std::map<std::string, Drained>& all() const { return all_; }
  std::set<std::string> uuids() const;

  std::string save() const;  // JSON; "" for none
  Result<void> restore(const std::string& text);

 private:
  std::map<std::string, Drained> all_;
};

}  // namespace hotspot::loop
