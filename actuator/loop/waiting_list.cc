#include "actuator/loop/waiting_list.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {

WaitingList::Seen WaitingList::see(WaitingNode node, WallTime now) {
  Places& places = node.fingerprint.empty() ? unsigned_ : signed_;
  const std::string key =
      node.fingerprint.empty() ? node.host_uuid + '\n' + node.name + '\n' + node.uri : node.fingerprint;
  node.first_seen = node.last_seen = now;
  if (const auto known = places.find(key); known != places.end()) {
    node.first_seen = known->second.first_seen;
    known->second = std::move(node);
    return Seen::kAgain;
  }
  if (places.size() >= kMostOfAKind && !make_room(places, now)) {
    ++without_room_;
    return Seen::kNoRoom;
  }
  places.emplace(key, std::move(node));
  return Seen::kNew;
}

bool WaitingList::make_room(Places& places, WallTime now) {
  const auto oldest = std::min_element(places.begin(), places.end(), [](const auto& a, const auto& b) {
    return a.second.last_seen < b.second.last_seen;
  });
  if (now - oldest->second.last_seen <= kQuiet) return false;
  places.erase(oldest);
  return true;
}

void WaitingList::forget_silent(WallTime now) {
  remove([now](const WaitingNode& node) { return now - node.last_seen > kForgotten; });
}

void WaitingList::remove(const std::function<bool(const WaitingNode&)>& which) {
  for (Places* places : {&signed_, &unsigned_})
    std::erase_if(*places, [&](const auto& place) { return which(place.second); });
}

std::vector<WaitingNode> WaitingList::nodes() const {
  std::vector<WaitingNode> all;
  all.reserve(size());
  for (const Places* places : {&signed_, &unsigned_})
    for (const auto& [key, node] : *places) all.push_back(node);
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

}  // namespace hotspot::loop
