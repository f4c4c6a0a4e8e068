// GET /metrics over HTTP, for Prometheus and what scrapes like it.
//
// In a thread of its own, with bounds that no client sets: connections in all and from one address, bytes of a request,
// and seconds from its first byte to the last byte of the answer. A client that is slower is cut off. Nothing else is
// served, and nothing that is sent is believed but the path and the header Accept.
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
  int port = 0;                    // 0: any that is free
  unsigned most_connections = 32, most_of_an_address = 8;
  Milliseconds patience{std::chrono::seconds(10)};  // of a connection, from its begin to its end
};

class MetricsEndpoint {
 public:
  using Source = std::function<std::vector<loop::MetricFamily>()>;  // called in the endpoint's thread
  // An error: the address cannot be listened on, as a sentence.
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
