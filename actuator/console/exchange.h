// Parts of HttpServer: one request and its answer, an open stream, and what other threads leave for the one that
// serves.
#pragma once

#include <microhttpd.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/console/event_log.h"
#include "actuator/console/reply.h"
#include "actuator/console/request.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::console {

// From the first line of a request to the end of its answer.
struct Exchange {
  std::uint64_t number = 0;
  std::string target;  // as it was sent
  std::string body;
  MHD_Connection* connection = nullptr;
  bool begun = false, suspended = false;
  std::optional<Reply> reply;  // made by a worker
};

struct OpenStream {
  MHD_Connection* connection = nullptr;
  const EventLog* events = nullptr;
  std::string credential;
  std::uint64_t place = 0;
  std::shared_ptr<const std::string> text;  // what is being sent; null: nothing
  std::size_t sent = 0;                     // of it
  Milliseconds due{0};                      // for a sign of life
  bool suspended = false, ending = false;

  // The next bytes, at most so many; 0: there are none now.
  std::size_t take(char* into, std::size_t most);
  bool has_news() const;
};

// Answers of workers, on their way to the thread that serves.
class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  int fd() const { return fd_; }  // readable when there is something
  void put(std::uint64_t exchange, Reply reply);
  void wake();
  std::vector<std::pair<std::uint64_t, Reply>> take();

 private:
  int fd_;
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, Reply>> replies_;
};

// Of what the library knows of a request.
Request request_of(const Exchange& exchange, const std::string& method, const std::string& cookie_name);
// What it announces; empty: it does not, or not in numbers.
std::optional<std::uint64_t> announced_length(MHD_Connection* connection);
// Queues it, with the headers that every answer has.
MHD_Result queue(MHD_Connection* connection, const Reply& reply, const std::vector<std::string>& headers);
void add_headers(MHD_Response* response, const Reply& reply, const std::vector<std::string>& headers);

}  // namespace hotspot::console
