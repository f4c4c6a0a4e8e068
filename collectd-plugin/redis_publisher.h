// Appends signed snapshots to the stream in Redis, from a thread of its own.
//
// While Redis is unreachable, slow or refuses them, snapshots wait, bounded in number and bytes; beyond that the oldest
// are dropped and counted. Waiting snapshots are sent in pipelines, with the signature from before the first attempt. A
// fault is reported once through on_change when it begins, when it changes, and when it ends.
//
// When all waiting snapshots are sent, it reads what the leader publishes, at most once a second: published_reader.h.
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
  std::shared_ptr<const SnapshotSigner> signer;  // empty: snapshots are unsigned
  Milliseconds max_age{std::chrono::minutes(10)};
  std::size_t backlog = 60;                // maximum number of waiting snapshots
  std::size_t backlog_bytes = 16u << 20;   // and their total size; the newest one is always kept
  Milliseconds longest_retry_delay{5000};  // how long it may take, roughly, to notice that Redis is back
  std::function<void(bool connected, const std::string& message)> on_change;
  std::string published;  // the key; empty: what the leader publishes is not read
  std::string cluster;    // that the record must belong to
  // Called in the publisher's thread if there is something new; a slow function delays the next snapshot.
  std::function<void(PublishedReader::Found)> on_published;
};

class RedisPublisher : public Publisher {
 public:
  static constexpr Milliseconds kFarewell{1000};

  explicit RedisPublisher(RedisPublisherOptions options);
  // Interrupts a call that waits for Redis. A thread that hangs in name resolution is left behind after kFarewell.
  ~RedisPublisher() override;
  void publish(Outgoing snapshot) override;
  PublisherCounts counts() const override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the thread
};

}  // namespace hotspot::collector
