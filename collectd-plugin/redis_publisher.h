// Appends snapshots to the stream in Redis, signed, from a thread of its own.
//
// While Redis is away, slow or refuses them, snapshots wait, bounded in number and bytes; then the oldest give way and
// are counted. What waits is sent in pipelines, and keeps the signature that it got before the first attempt. What is
// wrong is said once, what else it becomes once, and that it is over once, through on_change.
//
// When all that waited is sent, it looks at what the leader publishes, at most once a second: published_reader.h.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "collectd-plugin/published_reader.h"
#include "collectd-plugin/publisher.h"
#include "collectd-plugin/snapshot_signer.h"
#include "common/redis/options.h"

namespace hotspot::collector {

struct RedisPublisherOptions {
  redis::Options redis;
  std::string stream;                            // the key
  std::shared_ptr<const SnapshotSigner> signer;  // empty: they are sent unsigned
  Milliseconds max_age{std::chrono::minutes(10)};
  std::size_t backlog = 60;                // snapshots that wait at most
  std::size_t backlog_bytes = 16u << 20;   // and their bytes; the newest one always has room
  Milliseconds longest_retry_delay{5000};  // how long after Redis is back it may take to notice, about
  std::function<void(bool connected, const std::string& message)> on_change;
  std::string published;  // the key; empty: what the leader publishes is not read
  std::string cluster;    // whose it must be
  // In the publisher's thread, with what is not empty alone: whoever is slow here delays the next snapshot.
  std::function<void(PublishedReader::Found)> on_published;
};

class RedisPublisher : public Publisher {
 public:
  static constexpr Milliseconds kFarewell{1000};

  explicit RedisPublisher(RedisPublisherOptions options);
  // A call that waits for Redis is interrupted. A thread that hangs in name resolution is left behind after kFarewell.
  ~RedisPublisher() override;
  void publish(Outgoing snapshot) override;
  PublisherCounts counts() const override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the thread
};

}  // namespace hotspot::collector
