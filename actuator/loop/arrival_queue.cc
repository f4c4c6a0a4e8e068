#include "actuator/loop/arrival_queue.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {
namespace {

const std::string kNoNode;

}  // namespace

void ArrivalQueue::put(Waiting arrival) {
  const std::string node = arrival.arrival.snapshot.node.uuid;
  auto& waiting = nodes_[node];
  if (waiting.empty()) turns_.push_back(node);
  ++size_;
  bytes_ += arrival.arrival.bytes;
  waiting.push_back(std::move(arrival));
}

const std::string& ArrivalQueue::next_node() const { return turns_.empty() ? kNoNode : turns_.front(); }

ArrivalQueue::Waiting ArrivalQueue::take() {
  std::string node = std::move(turns_.front());
  turns_.pop_front();
  const auto found = nodes_.find(node);
  Waiting arrival = std::move(found->second.front());
  found->second.pop_front();
  --size_;
  bytes_ -= arrival.arrival.bytes;
  if (found->second.empty())
    nodes_.erase(found);
  else
    turns_.push_back(std::move(node));
  return arrival;
}

ArrivalRoom ArrivalQueue::room() const {
  if (size_ >= kMostWaiting || bytes_ >= kMostWaitingBytes) return {};
  return {kMostWaiting - size_, kMostWaitingBytes - bytes_};
}

}  // namespace hotspot::loop
