#include "actuator/loop/inbox.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {
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
  const record::Urgency urgency = record::urgency_of({command.verb, command.arguments});
  const std::size_t times = urgency == record::Urgency::kPause ? 4 : urgency == record::Urgency::kCareful ? 2 : 1;
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

std::vector<Message> Inbox::take(Milliseconds limit, Room room) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, limit, [this] { return !messages_.empty(); });
  waiting_bad_ = waiting_commands_ = waiting_command_bytes_ = waiting_events_ = 0;
  std::vector<Message> taken, left;
  for (Message& message : messages_) {
    auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message);
    if (arrivals == nullptr || arrivals->empty()) {
      taken.push_back(std::move(message));
      continue;
    }
    if (auto some = take_arrivals(*arrivals, room); !some.empty()) taken.emplace_back(std::move(some));
    if (!arrivals->empty()) left.push_back(std::move(message));
  }
  messages_ = std::move(left);
  return taken;
}

// However large the first one is, it fits where there is any room.
std::vector<ports::Arrival> Inbox::take_arrivals(std::vector<ports::Arrival>& from, Room& room) {
  std::size_t count = 0;
  while (count < from.size() && room.arrivals > 0 && room.bytes > 0) {
    const std::size_t bytes = from[count++].bytes;
    --room.arrivals;
    room.bytes -= std::min(room.bytes, bytes);
    waiting_arrival_bytes_ -= bytes;
  }
  waiting_arrivals_ -= count;
  if (count == from.size()) return std::exchange(from, {});
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<ports::Arrival> some(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return some;
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

}  // namespace hotspot::loop
