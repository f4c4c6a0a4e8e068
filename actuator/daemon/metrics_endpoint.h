// Serves GET /metrics over HTTP, for Prometheus and compatible scrapers.
//
// Runs in a thread of its own. Limited are: connections, in total and from one address; the bytes of a request; and the
// time from its first byte to the last byte of the response. A slower client is disconnected. Of a request, only the
// path and the header Accept are used.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actuator/loop/exposition.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::daemon {

struct MetricsEndpointOptions {
  std::string host = "127.0.0.1";  // an IPv4 or IPv6 address
  int port = 0;                    // 0: any free port
  unsigned most_connections = 32, most_of_an_address = 8;
  Milliseconds patience{std::chrono::seconds(10)};  // of a connection, from beginning to end
};

class MetricsEndpoint {
 public:
  using Source = std::function<std::vector<loop::MetricFamily>()>;  // called in the endpoint's thread
  // An error: listening on the address failed; a sentence.
  static Result<std::unique_ptr<MetricsEndpoint>> listen(const MetricsEndpointOptions& options, Source source);
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  int port() const;

 private:
  struct Impl;
  explicit MetricsEndpoint(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotspot::daemon
