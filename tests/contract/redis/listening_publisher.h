// A publisher whose words are kept, with the patience of a test.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "collectd-plugin/redis_publisher.h"
#include "telemetry/keyspace.h"
#include "tests/support/redis_topology.h"
#include "tests/support/wait.h"

namespace hotspot::collector {

using hotspot::testing::ask;
using hotspot::testing::wait_for;

class ListeningPublisher {
 public:
  static constexpr const char* kCluster = "contract";

  ListeningPublisher() {
    options.stream = options.redis.key = telemetry::Keyspace::of(kCluster)->snapshots();
    options.redis.connect_timeout = options.redis.command_timeout = Milliseconds(1000);
    options.longest_retry_delay = Milliseconds(100);
    options.on_change = [this](bool connected, const std::string& message) {
      const std::lock_guard lock(mutex_);
      said_.push_back((connected ? "back: " : "away: ") + message);
    };
  }
  void start() { publisher_ = std::make_unique<RedisPublisher>(options); }
  void publish(const std::string& snapshot) {
    publisher_->publish({.snapshot = snapshot,
                         .node = "c0ffee00-0000-4000-8000-000000000001",
                         .sequence = ++sequence_,
                         .taken_at = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now())});
  }
  PublisherCounts counts() const { return publisher_->counts(); }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  bool has_published(std::uint64_t count) {
    return wait_for([&] { return counts().published >= count; });
  }
  bool has_said(const std::string& words) {
    return wait_for([&] {
      for (const std::string& sentence : said())
        if (sentence.find(words) != std::string::npos) return true;
      return false;
    });
  }

  RedisPublisherOptions options;

 private:
  std::uint64_t sequence_ = 0;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::unique_ptr<RedisPublisher> publisher_;  // last: it speaks to those above
};

}  // namespace hotspot::collector
