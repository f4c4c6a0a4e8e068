// What the console answers, apart from how it is sent: who asks, whether they may, and what comes of it.
//
// Thread rule: the thread that serves calls handle() and is_valid(); what waits for Redis is done by workers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>

#include "actuator/console/config.h"
#include "actuator/console/credentials.h"
#include "actuator/console/feed.h"
#include "actuator/console/gate.h"
#include "actuator/console/idempotency.h"
#include "actuator/console/operations.h"
#include "actuator/console/rate_limit.h"
#include "actuator/console/reply.h"
#include "actuator/console/request.h"
#include "actuator/console/workers.h"

namespace hotspot::console {

class Service {
 public:
  struct Parts {
    Gate& gate;
    Feed& feed;
    Workers& readers;
    Workers& writers;
  };
  Service(const Config& config, const Parts& parts);

  using Done = std::function<void(Reply)>;  // called once, in another thread
  struct Later {};                          // `done` will be called
  struct Stream {                           // an endless answer of events
    Feed::Start start;
    std::string credential;
  };
  using Outcome = std::variant<Reply, Later, Stream>;
  Outcome handle(const Request& request, Done done);

  // Whether what a stream was opened with still opens one.
  bool is_valid(const std::string& credential) const;
  void note_interest() { parts_.feed.note_interest(); }
  const EventLog& events() const { return parts_.feed.events(); }
  bool uses_tls() const { return config_.tls(); }

 private:
  struct Call {
    const Request& request;
    const Route& route;
    std::string name;  // from the path
    User user;
    bool by_cookie = false;
  };
  Outcome open(const Request& request, Operation operation, Done done);
  Outcome sign_in(const Request& request, Done done);
  Reply refuse_stranger(const Request& request, const std::string& why);
  Outcome known(const Call& call, Done done);
  Reply session(const Call& call) const;
  Outcome sign_out(const Call& call, Done done);
  Outcome read(const Call& call, Done done);
  Outcome write(const Call& call, Done done);
  Outcome send(const Call& call, const record::Command& command, Done done);
  Outcome later(Workers& workers, Workers::Job job);
  std::string cookie_of(const std::string& value, Milliseconds length) const;
  void remember(const Idempotency::Key& key, const Reply& reply, std::string_view fate);

  Config config_;
  Parts parts_;
  io::SystemClock clock_;
  RateLimit failures_{{.burst = 10, .refill = Milliseconds(6000)}};  // by address
  RateLimit sign_ins_{{.burst = 10, .refill = Milliseconds(6000)}};  // by user
  RateLimit writes_{{.burst = 30, .refill = Milliseconds(1000)}};    // by user
  std::mutex mutex_;                                                 // of what workers use, too
  Idempotency repeated_;
};

}  // namespace hotspot::console
