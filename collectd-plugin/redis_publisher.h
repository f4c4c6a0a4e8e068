// Appends snapshots to the stream in Redis, from a thread of its own.
//
// While Redis is away a bounded number of snapshots waits; then the oldest give way and are counted. What waits is sent
// in one pipeline. A change of state is said once through on_change.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actuator/io/redis_options.h"
#include "collectd-plugin/publisher.h"

namespace hotspot::collector {

struct RedisPublisherOptions {
  io::RedisOptions redis;
  std::string stream;  // the key
  Milliseconds max_age{std::chrono::minutes(10)};
  std::size_t backlog = 60;
  std::function<void(bool connected, const std::string& message)> on_change;
};

class RedisPublisher : public Publisher {
 public:
  explicit RedisPublisher(RedisPublisherOptions options);
  ~RedisPublisher() override;  // within a moment: a call that waits for Redis is interrupted
  void publish(std::string snapshot, WallTime taken_at) override;
  PublisherCounts counts() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotspot::collector
