// The last server-sent events, as text, which all open streams read at their own pace.
//
// Bounded in number and bytes: a stream that falls behind what is kept has lost some, and is told so. Thread rule: any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace hotspot::console {

class EventLog {
 public:
  struct Options {
    std::size_t most_events = 4096;
    std::size_t most_bytes = 8u << 20;
  };
  EventLog() : EventLog(Options()) {}
  explicit EventLog(Options options) : options_(options) {}

  // id: by which a client may go on after this event; empty: it has none.
  void append(std::string text, std::string id = "");

  // The place after the newest event.
  std::uint64_t end() const;
  // The place after the event with this id; empty: it is not kept.
  std::optional<std::uint64_t> after_id(const std::string& id) const;

  struct Read {
    std::shared_ptr<const std::string> text;  // null: there is nothing newer
    std::uint64_t next = 0;
    bool lost = false;  // events before this one were not kept
  };
  Read at(std::uint64_t place) const;

 private:
  struct Event {
    std::shared_ptr<const std::string> text;
    std::string id;
  };
  Options options_;
  mutable std::mutex mutex_;
  std::deque<Event> events_;
  std::uint64_t first_ = 0;  // the place of events_.front()
  std::size_t bytes_ = 0;
};

// "event: status\ndata: {…}\n\n", with "id: …" if there is one. data: JSON on one line.
std::string event_text(const std::string& event, const std::string& data, const std::string& id = "");

}  // namespace hotspot::console
