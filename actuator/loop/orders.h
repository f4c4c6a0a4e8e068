// What operators have ordered: the mode, and the nodes that are to be drained.
//
// Both outlive a restart, in the hash `state`. Holds and pauses are kept by Steering. Thread rule: one thread, the
// loop's.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/loop/drains.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

class Orders {
 public:
  explicit Orders(rules::Mode configured) : configured_(configured), mode_(configured) {}

  rules::Mode mode() const { return mode_; }
  rules::Mode configured_mode() const { return configured_; }
  void set_mode(rules::Mode mode) { mode_ = mode; }
  Drains drains;

  std::map<std::string, std::string> durable() const;  // fields of `state`
  // A mode that was set by command is kept until another one is configured. Returns a sentence for people if one was.
  std::optional<std::string> restore_mode(const std::string& mode, const std::string& configured_then);

 private:
  rules::Mode configured_;
  rules::Mode mode_;
};

}  // namespace hotspot::loop
