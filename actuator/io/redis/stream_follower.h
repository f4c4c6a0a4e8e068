// Follows the streams `snapshots`, `commands` and `commands:admin` of one cluster: where we stand in each, and what
// came since.
//
// Redis gives entries IDs that begin with its own wall time. We resume after the last ID that we saw, so that nothing
// is lost or taken twice when a connection breaks. Where the stream has gone back behind that ID (Redis was emptied,
// replaced, or failed over and lost its last writes) we resume from when we last heard of it; where that ID was one of
// the future, from the last that was not. That is looked at every two seconds, whether entries come or not: one stream
// that is busy hides nothing of another.
// Thread rule: one thread, except interrupt().
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/stream.h"
#include "actuator/ports/clock.h"
#include "common/redis/connection.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

struct FollowFrom {
  Milliseconds history{0};    // how far back snapshots are wanted
  std::string after_command;  // "" for the commands from now on; of both streams of commands
};

struct Followed {
  std::vector<StreamEntry> snapshots, commands, admin_commands;
  std::vector<std::string> too_large;  // IDs of entries that were skipped because of their size
  std::int64_t server_ms = 0;          // Redis' clock, as far as we know it without asking
};

class StreamFollower {
 public:
  StreamFollower(redis::Options options, const ports::Clock& clock, const telemetry::Keyspace& keyspace,
                 FollowFrom from);

  // Waits a while for what is new; may return nothing. Connects first where needed.
  Result<Followed, redis::CommandError> read();
  void interrupt() { connection_.interrupt(); }

 private:
  struct Position {
    std::string key;
    StreamId after;
    bool seen = false;  // `after` is an entry that we read, not just a time
    StreamId believed;  // the last that is not ahead of Redis' clock
  };
  static constexpr std::size_t kStreams = 3;  // snapshots, commands, commands:admin
  Result<void, redis::CommandError> locate();
  Result<redis::Reply, redis::CommandError> ask(const char* script, const std::vector<std::string>& arguments);
  void start(const std::array<StreamId, kStreams>& newest);
  void recover(Position& position, StreamId newest);
  std::int64_t server_ms() const;
  redis::CommandError no_answer_of_redis(const std::string& what);
  Result<Followed, redis::CommandError> read_batch(Milliseconds block);
  Result<Followed, redis::CommandError> step_over(const redis::CommandError& why);
  Result<Followed, redis::CommandError> skip_too_large();
  void take(Followed& followed, StreamBatch&& batch);
  bool is_new_command(const std::string& key_and_id);

  redis::Connection connection_;
  const ports::Clock& clock_;
  FollowFrom from_;
  std::array<Position, kStreams> positions_;
  bool located_ = false;
  Milliseconds begun_at_, heard_at_;  // steady: when we were made, when Redis last answered
  Milliseconds located_at_{0};        // steady: when Redis last told its time
  std::int64_t located_ms_ = 0;       // which was this
  std::size_t count_;                 // entries of each stream a read; fewer after a reply that was too large
  std::deque<std::string> seen_commands_;
};

}  // namespace hotspot::io
