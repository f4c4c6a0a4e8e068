// Follows the streams `snapshots` and `commands` of one cluster: where we stand in each, and what came since.
//
// Redis gives entries IDs that begin with its own wall time. We resume after the last ID that we saw, so that nothing
// is lost or taken twice when a connection breaks. Where the stream has gone back behind that ID (Redis was emptied,
// replaced, or failed over and lost its last writes) we resume from when we last heard of it.
// Thread rule: one thread, except interrupt().
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis_connection.h"
#include "actuator/io/redis_stream.h"
#include "actuator/ports/clock.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

struct FollowFrom {
  Milliseconds history{0};    // how far back snapshots are wanted
  std::string after_command;  // "" for the commands from now on
};

struct Followed {
  std::vector<StreamEntry> snapshots, commands;
  std::vector<std::string> too_large;  // IDs of entries that were skipped because of their size
};

class StreamFollower {
 public:
  StreamFollower(RedisOptions options, const ports::Clock& clock, const telemetry::Keyspace& keyspace, FollowFrom from);

  // Waits a while for what is new; may return nothing. Connects first where needed.
  Result<Followed, RedisError> read();
  void interrupt() { connection_.interrupt(); }

 private:
  struct Position {
    std::string key;
    StreamId after;
    bool seen = false;  // `after` is an entry that we read, not just a time
  };
  Result<void, RedisError> locate();
  Result<RedisReply, RedisError> ask(const char* script, const std::vector<std::string>& arguments);
  void start(std::int64_t server_ms, StreamId newest_snapshot, StreamId newest_command);
  void recover(Position& position, std::int64_t server_ms, StreamId newest);
  Result<Followed, RedisError> read_batch(Milliseconds block);
  Result<Followed, RedisError> skip_too_large();
  void take(Followed& followed, StreamBatch&& batch);
  bool is_new_command(const StreamEntry& entry);

  RedisConnection connection_;
  const ports::Clock& clock_;
  FollowFrom from_;
  Position snapshots_, commands_;
  bool located_ = false;
  Milliseconds begun_at_, heard_at_;  // steady: when we were made, when Redis last answered
  std::size_t count_;                 // entries of each stream a read; fewer after a reply that was too large
  std::deque<std::string> seen_commands_;
};

}  // namespace hotspot::io
