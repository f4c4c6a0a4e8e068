// Follows the streams `snapshots`, `commands` and `commands:admin` of one cluster: keeps the position in each, and
// reads what is new.
//
// Redis' entry ids begin with its own wall time. Reading resumes after the last id that was read, so that nothing is
// lost or read twice when a connection breaks. If a stream has gone back behind that id (Redis was emptied, replaced,
// or failed over and lost its last writes), reading resumes from the time of the last answer; if that id was from the
// future, from the last one that was not. This is checked every two seconds, whether or not entries arrive: a busy
// stream does not delay the check of another.
// Thread rule: one thread, except for interrupt().
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
  std::string after_command;  // for both streams of commands; "" for commands from now on
};

struct Followed {
  std::vector<StreamEntry> snapshots, commands, admin_commands;
  std::vector<std::string> too_large;  // ids of entries that were skipped because of their size
  std::int64_t server_ms = 0;          // Redis' clock, as far as it is known without asking
};

class StreamFollower {
 public:
  StreamFollower(redis::Options options, const ports::Clock& clock, const telemetry::Keyspace& keyspace,
                 FollowFrom from);

  // Waits a while for new entries; may return nothing. Connects first if necessary.
  Result<Followed, redis::CommandError> read();
  void interrupt() { connection_.interrupt(); }

 private:
  struct Position {
    std::string key;
    StreamId after;
    bool seen = false;  // `after` is an entry that was read, not just a time
    StreamId believed;  // the last id that is not ahead of Redis' clock
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
  Milliseconds begun_at_, heard_at_;  // steady: creation of this object, last answer of Redis
  Milliseconds located_at_{0};        // steady: when Redis last reported its time
  std::int64_t located_ms_ = 0;       // the time that it reported
  std::size_t count_;                 // entries of each stream per read; fewer after a reply that was too large
  std::deque<std::string> seen_commands_;
};

}  // namespace hotspot::io
