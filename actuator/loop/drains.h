// The nodes that operators want to drain: who asked, why, and since when.
//
// It survives restarts and silence of the node: a node to be drained is still to be drained when it comes back.
#pragma once

#include <set>
#include <string>

#include "actuator/record/drain.h"
#include "telemetry/result.h"

namespace hotspot::loop {

using record::kDrainsField;

class Drains {
 public:
  // By the node's UUID.
  void request(const std::string& uuid, record::Drain drain) { all_.insert_or_assign(uuid, std::move(drain)); }
  void set_phase(const std::string& uuid, const std::string& phase) { all_[uuid].phase = phase; }
  bool withdraw(const std::string& uuid) { return all_.erase(uuid) > 0; }
  const record::Drains& all() const { return all_; }
  std::set<std::string> uuids() const;

  std::string save() const;  // JSON; "" for none
  Result<void> restore(const std::string& text);

 private:
  record::Drains all_;
};

}  // namespace hotspot::loop
