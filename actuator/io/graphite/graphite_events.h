// Sends events to graphite-web from a thread of its own.
//
// Nothing waits for Graphite: events wait in a queue of `most_waiting`, from which the oldest are dropped. While
// Graphite is unreachable or refuses events, attempts are made at growing intervals. An event that was sent without an
// answer may have been stored: it is not sent again, and counts as dropped. Thread rule: any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "actuator/io/graphite/http_post.h"
#include "actuator/ports/event_writer.h"
#include "common/redis/backoff.h"

namespace hotspot::io {

struct GraphiteOptions {
  HttpPostOptions http;
  std::string password_file;  // read at each attempt; used if http.user is set
  char escape = '_';          // EscapeCharacter of write_graphite
  std::size_t most_waiting = 1000;
  int most_attempts = 3;  // for one event that was answered with 500
  redis::Backoff::Options pause{.first = Milliseconds(500), .longest = Milliseconds(30'000)};
  Milliseconds parting{800};  // of stop(), if Graphite answers
};

class GraphiteEvents : public ports::EventWriter {
 public:
  explicit GraphiteEvents(GraphiteOptions options);
  ~GraphiteEvents() override;

  void write(ports::Event event) override;
  ports::EventsStatus status() const override;
  // Sends waiting events for at most `parting`, as long as they are accepted, and ends. Returns how many were not sent.
  std::size_t stop();

 private:
  struct Waiting {
    std::string json;
    int attempts = 0;
  };
  void run();
  PostOutcome attempt(const std::string& json);
  Milliseconds note(const PostOutcome& outcome);

  GraphiteOptions options_;
  HttpPost post_;
  redis::Backoff backoff_;  // used by the thread only
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<Waiting> waiting_;
  bool first_is_under_way_ = false;  // it cannot be dropped
  std::uint64_t written_ = 0, dropped_ = 0;
  std::string problem_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point until_{};  // of stopping
  std::thread thread_;
};

}  // namespace hotspot::io
