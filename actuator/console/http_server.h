// Serves the console over HTTP or HTTPS, with libmicrohttpd and epoll: one thread for all requests and all open
// streams.
//
// Limited are: connections, in total and from one address; the bytes of a head and of a body; the time of a request
// until it is complete, of its answer until it is read, and of silence in between; open streams. A slower client is
// disconnected. A stream has no thread, and nothing is kept for it but its place in the log of events.
#pragma once

#include <memory>

#include "actuator/console/config.h"
#include "actuator/console/service.h"

namespace hotspot::console {

class HttpServer {
 public:
  struct Limits {
    std::size_t body_bytes = 64u << 10;
    Milliseconds request{10'000};    // from its beginning until it is complete
    Milliseconds answer{120'000};    // until the client has read it
    Milliseconds idle{30'000};       // nothing is sent or received
    Milliseconds heartbeat{15'000};  // a comment line in a stream on which nothing is sent
  };

  // An error: the certificate cannot be used, or listening failed; a sentence.
  static Result<std::unique_ptr<HttpServer>> listen(const Config& config, Service& service, const Limits& limits);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // There is something new for the streams. Any thread.
  void wake();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotspot::console
