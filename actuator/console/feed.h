// The one reader of the cluster for all users: status, inventory and events, read once and shared.
//
// A thread of its own asks Redis: for the status and what is new each second, for the nodes and domains every other
// second while somebody is interested, and less often otherwise. Thread rule: any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "actuator/client/client.h"
#include "actuator/client/connection.h"
#include "actuator/console/event_log.h"

namespace hotspot::console {

class Feed {
 public:
  // on_news: something was appended to events(); called in the feed's thread.
  Feed(std::unique_ptr<client::Connection> connection, std::function<void()> on_news);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // Of the last attempt each. A problem is a sentence; without one the value is there.
  struct View {
    std::string status_problem = "the status has not been read yet", status;  // as JSON
    std::string inventory_problem = "the nodes have not been read yet";
    std::shared_ptr<const client::Inventory> inventory;
    WallTime inventory_at{};  // when it was read
  };
  // Counts as interest. If nobody was interested for a while, waits for a new one, a second and a half at most.
  View view();

  // Where a new stream begins: the text that it gets first, and its place in events(). last_id: after which it goes on;
  // if that is not known any more, it is told so (`gap`).
  struct Start {
    std::string text;
    std::uint64_t place = 0;
  };
  Start join(const std::string& last_id);
  const EventLog& events() const { return events_; }
  // Streams that are open count as interest.
  void note_interest();

 private:
  void run();
  void round();
  std::string read_status();
  std::string read_recommendations();
  std::string read_inventory();
  std::string read_events();
  void append_changed_nodes(const client::Inventory& inventory);
  void append(const std::string& event);
  bool append_events(const client::Events& found);
  void note_problem(const std::string& problem);
  bool is_wanted() const;

  std::unique_ptr<client::Connection> connection_;
  std::function<void()> on_news_;
  EventLog events_;

  // The feed's thread alone.
  std::string position_;
  std::string told_status_;  // without its time
  std::string told_recommendations_;
  Milliseconds told_status_at_{0}, inventory_due_{0};
  std::map<std::string, std::string> nodes_;  // UUID → as it was told
  bool has_news_ = false, gap_due_ = false;

  mutable std::mutex mutex_;  // of what follows, and of appending
  std::condition_variable changed_, read_;
  View view_;
  std::string recommendations_text_;  // the event; empty: they have not been read yet
  std::string problem_text_;          // the event that says that Redis is away; empty: it is not
  Milliseconds wanted_at_{0};
  bool was_wanted_ = false, ending_ = false;
  std::thread thread_;
};

}  // namespace hotspot::console
