// Reads snapshots and commands from Redis, in a thread of its own.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "actuator/io/redis/stream_follower.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/snapshot_source.h"
#include "common/redis/backoff.h"
#include "common/redis/trouble.h"
#include "telemetry/codec.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

class RedisSnapshotSource : public ports::SnapshotSource {
 public:
  struct Options {
    redis::Options connection;
    redis::Backoff::Options backoff = {};
    telemetry::SnapshotLimits limits = {};
  };
  RedisSnapshotSource(Options options, const ports::Clock& clock, const telemetry::Keyspace& keyspace);
  ~RedisSnapshotSource() override;

  // on_change is first called when Redis has answered or failed to, and then at each change; another fault while one
  // lasts is a change too.
  void start(ports::SourceListener listener, Milliseconds history, const std::string& after_command) override;
  void stop() override;

 private:
  void run();
  void deliver(Followed&& followed);
  void deliver_snapshots(std::vector<StreamEntry>&& entries);
  void hand_on(std::vector<ports::Arrival>&& arrivals);
  void say_away(const redis::CommandError& error);
  void say_connected();
  bool pause(Milliseconds delay);  // false: stop

  redis::Options options_;
  const ports::Clock& clock_;
  telemetry::Keyspace keyspace_;
  redis::Backoff backoff_;
  ports::SourceListener listener_;
  std::unique_ptr<StreamFollower> follower_;
  telemetry::SnapshotDecoder decoder_;
  std::optional<bool> connected_;  // as passed to the listener; empty: not called yet
  redis::Trouble trouble_;

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace hotspot::io
