#include "actuator/loop/troubles.h"

namespace hotspot::loop {

bool Troubles::saw(const std::string& key, WallTime now) {
  if (const auto known = troubles_.find(key); known != troubles_.end()) {
    known->second.last = now;
    ++known->second.times;
    return false;
  }
  if (troubles_.size() >= kMost) return false;
  troubles_[key] = {now, now, 1};
  return true;
}

std::vector<Troubles::Ended> Troubles::end(WallTime now) {
  std::vector<Ended> ended;
  for (auto trouble = troubles_.begin(); trouble != troubles_.end();) {
    if (now - trouble->second.last < lasts_) {
      ++trouble;
      continue;
    }
    ended.push_back({trouble->first, trouble->second.last - trouble->second.since, trouble->second.times});
    trouble = troubles_.erase(trouble);
  }
  return ended;
}

}  // namespace hotspot::loop
