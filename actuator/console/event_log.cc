#include "actuator/console/event_log.h"

#include <algorithm>
#include <utility>

namespace hotspot::console {

void EventLog::append(std::string text, std::string id) {
  const std::lock_guard lock(mutex_);
  bytes_ += text.size();
  events_.push_back({std::make_shared<const std::string>(std::move(text)), std::move(id)});
  while (events_.size() > options_.most_events || (bytes_ > options_.most_bytes && events_.size() > 1)) {
    bytes_ -= events_.front().text->size();
    events_.pop_front();
    ++first_;
  }
}

std::uint64_t EventLog::end() const {
  const std::lock_guard lock(mutex_);
  return first_ + events_.size();
}

std::optional<std::uint64_t> EventLog::after_id(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(events_.rbegin(), events_.rend(), [&](const Event& one) { return one.id == id; });
  if (id.empty() || found == events_.rend()) return std::nullopt;
  return first_ + static_cast<std::uint64_t>(events_.rend() - found);
}

EventLog::Read EventLog::at(std::uint64_t place) const {
  const std::lock_guard lock(mutex_);
  Read read;
  read.lost = place < first_;
  const std::uint64_t from = std::max(place, first_);
  read.next = from;
  if (from >= first_ + events_.size()) return read;
  read.text = events_[from - first_].text;
  read.next = from + 1;
  return read;
}

std::string event_text(const std::string& event, const std::string& data, const std::string& id) {
  return (id.empty() ? "" : "id: " + id + "\n") + "event: " + event + "\ndata: " + data + "\n\n";
}

}  // namespace hotspot::console
