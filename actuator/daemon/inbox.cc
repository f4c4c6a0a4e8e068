#include "actuator/daemon/inbox.h"

#include <algorithm>
#include <utility>

namespace hotspot::daemon {

void Inbox::post(Message message) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message)) {
      waiting_arrivals_ += arrivals->size();
    }
    messages_.push_back(std::move(message));
    if (waiting_arrivals_ > kMaxArrivals) make_room();
  }
  arrived_.notify_one();
}

void Inbox::make_room() {
  for (Message& message : messages_) {
    auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message);
    if (arrivals == nullptr || arrivals->empty()) continue;
    waiting_arrivals_ -= arrivals->size();
    dropped_arrivals_ += arrivals->size();
    arrivals->clear();
    if (waiting_arrivals_ <= kMaxArrivals / 2) return;
  }
}

std::vector<Message> Inbox::take(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, limit, [this] { return !messages_.empty(); });
  waiting_arrivals_ = 0;
  return std::exchange(messages_, {});
}

std::size_t Inbox::dropped_arrivals() const {
  const std::lock_guard lock(mutex_);
  return dropped_arrivals_;
}

}  // namespace hotspot::daemon
