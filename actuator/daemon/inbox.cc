#include "actuator/daemon/inbox.h"

#include <algorithm>
#include <utility>

namespace hotspot::daemon {
namespace {

std::size_t bytes_of(const std::vector<ports::Arrival>& arrivals) {
  std::size_t bytes = 0;
  for (const ports::Arrival& arrival : arrivals) bytes += arrival.bytes;
  return bytes;
}

}  // namespace

void Inbox::post(Message message) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message)) {
      waiting_arrivals_ += arrivals->size();
      waiting_arrival_bytes_ += bytes_of(*arrivals);
    }
    if (std::holds_alternative<ports::BadSnapshot>(message) && ++waiting_bad_ > kMaxBad) {
      ++dropped_arrivals_;
      return;
    }
    if (const auto* command = std::get_if<ports::Command>(&message); command != nullptr && !has_room(*command)) return;
    // What it would have told shows in the snapshots, a little later.
    if (std::holds_alternative<ports::DomainEvent>(message) && ++waiting_events_ > kMaxEvents) {
      ++dropped_events_;
      return;
    }
    messages_.push_back(std::move(message));
    if (waiting_arrivals_ > kMaxArrivals || waiting_arrival_bytes_ > kMaxArrivalBytes) make_room();
  }
  arrived_.notify_one();
}

bool Inbox::has_room(const ports::Command& command) {
  std::size_t bytes = sizeof command + command.verb.size() + command.problem.size();
  for (const auto& [name, value] : command.arguments) bytes += name.size() + value.size();
  const std::size_t times = command.verb == "pause" ? 4 : record::is_careful({command.verb, command.arguments}) ? 2 : 1;
  if (waiting_commands_ >= times * kMaxCommands || waiting_command_bytes_ + bytes > times * kMaxCommandBytes) {
    ++dropped_commands_;
    return false;
  }
  ++waiting_commands_;
  waiting_command_bytes_ += bytes;
  return true;
}

void Inbox::make_room() {
  for (Message& message : messages_) {
    auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message);
    if (arrivals == nullptr || arrivals->empty()) continue;
    waiting_arrivals_ -= arrivals->size();
    waiting_arrival_bytes_ -= bytes_of(*arrivals);
    dropped_arrivals_ += arrivals->size();
    arrivals->clear();
    if (waiting_arrivals_ <= kMaxArrivals / 2 && waiting_arrival_bytes_ <= kMaxArrivalBytes / 2) return;
  }
}

std::vector<Message> Inbox::take(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, limit, [this] { return !messages_.empty(); });
  waiting_arrivals_ = waiting_arrival_bytes_ = waiting_bad_ = 0;
  waiting_commands_ = waiting_command_bytes_ = 0;
  waiting_events_ = 0;
  return std::exchange(messages_, {});
}

std::size_t Inbox::dropped_commands() const {
  const std::lock_guard lock(mutex_);
  return dropped_commands_;
}

std::size_t Inbox::dropped_arrivals() const {
  const std::lock_guard lock(mutex_);
  return dropped_arrivals_;
}

std::size_t Inbox::dropped_events() const {
  const std::lock_guard lock(mutex_);
  return dropped_events_;
}

}  // namespace hotspot::daemon
