#include "actuator/loop/orders.h"

namespace hotspot::loop {

std::map<std::string, std::string> Orders::durable() const {
  return {{kDrainsField, drains.save()},
          {"mode", rules::to_string(mode_)},
          {"mode_configured", rules::to_string(configured_)}};
}

std::optional<std::string> Orders::restore_mode(const std::string& mode, const std::string& configured_then) {
  mode_ = configured_;
  const auto set = rules::mode_from_string(mode);
  if (!set || *set == configured_ || configured_then != rules::to_string(configured_)) return std::nullopt;
  mode_ = *set;
  return "mode " + mode + ", as it was set by command; the configuration says " + configured_then;
}

}  // namespace hotspot::loop
