#include "actuator/loop/spread.h"

#include <algorithm>

namespace hotspot::loop {

void Spread::leads(const std::string& cluster) {
  const std::lock_guard lock(mutex_);
  led_.insert(cluster);
}

void Spread::does_not_lead(const std::string& cluster) {
  const std::lock_guard lock(mutex_);
  led_.erase(cluster);
}

int Spread::led() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(led_.size());
}

void Spread::saw(const std::string& cluster, std::vector<ports::Member> members, Milliseconds steady) {
  const std::lock_guard lock(mutex_);
  std::erase_if(members, [this](const ports::Member& member) { return member.holder == holder_; });
  Seen& seen = seen_[cluster];
  seen.members = std::move(members);
  const bool uneven = led_.contains(cluster) && !heir_among(seen.members).empty();
  if (!uneven)
    seen.uneven_since.reset();
  else if (!seen.uneven_since)
    seen.uneven_since = steady;
}

bool Spread::hesitates(const std::string& cluster) const {
  const std::lock_guard lock(mutex_);
  const auto seen = seen_.find(cluster);
  if (seen == seen_.end()) return false;
  const auto& others = seen->second.members;
  return std::any_of(others.begin(), others.end(),
                     [this](const ports::Member& other) { return other.led < static_cast<int>(led_.size()); });
}

std::string Spread::heir_among(const std::vector<ports::Member>& others) const {
  const int own = static_cast<int>(led_.size());
  const auto before_us = [&](const ports::Member& other) {
    return other.led > own || (other.led == own && other.holder < holder_);
  };
  if (std::any_of(others.begin(), others.end(), before_us)) return "";
  const auto least = std::min_element(others.begin(), others.end(), [](const auto& a, const auto& b) {
    return a.led < b.led || (a.led == b.led && a.holder < b.holder);
  });
  return least != others.end() && least->led + 2 <= own ? least->holder : "";
}

std::string Spread::heir(const std::string& cluster, Milliseconds steady) const {
  const std::lock_guard lock(mutex_);
  const auto seen = seen_.find(cluster);
  if (seen == seen_.end() || !seen->second.uneven_since || steady - *seen->second.uneven_since < settle_) return "";
  if (last_hand_over_ && steady - *last_hand_over_ < settle_) return "";
  return heir_among(seen->second.members);
}

void Spread::handed_over(const std::string& cluster, Milliseconds steady) {
  const std::lock_guard lock(mutex_);
  led_.erase(cluster);
  last_hand_over_ = steady;
  // What the others lead changes with it: all is looked at afresh.
  for (auto& [name, seen] : seen_) seen.uneven_since.reset();
}

}  // namespace hotspot::loop
