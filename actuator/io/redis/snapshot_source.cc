#include "actuator/io/redis/snapshot_source.h"

#include <utility>

#include "actuator/io/redis/envelope_reader.h"
#include "common/text/duration.h"
#include "telemetry/snapshot_size.h"

namespace hotspot::io {
namespace {

// One read may be as large as a reply, and many times as large when decoded: it is passed on in parts.
constexpr std::size_t kBytesHandedOn = 32u << 20;

// Converts an entry to a command. The content of one that is too large is dropped: only the problem is kept.
ports::Command command_from(StreamEntry&& entry, record::Channel channel, WallTime received_at) {
  ports::Command command{std::move(entry.id), "", {}, received_at, channel};
  std::size_t bytes = 0;
  for (const auto& [field, value] : entry.fields) bytes += field.size() + value.size();
  if (entry.fields.size() > record::kMostArguments + 1 || bytes > record::kMostEntryBytes) {
    command.problem = "a command may have " + std::to_string(record::kMostArguments) + " arguments and " +
                      std::to_string(record::kMostEntryBytes >> 10) + " KiB";
    return command;
  }
  for (auto& [field, value] : entry.fields) {
    const bool verb = field == "verb";
    if (verb ? !command.verb.empty() : command.arguments.contains(field))
      command.problem = "it has the argument '" + field + "' twice";
    else if (verb)
      command.verb = std::move(value);
    else
      command.arguments[std::move(field)] = std::move(value);
  }
  return command;
}

}  // namespace

RedisSnapshotSource::RedisSnapshotSource(Options options, const ports::Clock& clock,
                                         const telemetry::Keyspace& keyspace)
    : options_(std::move(options.connection)),
      clock_(clock),
      keyspace_(keyspace),
      backoff_(options.backoff, redis::random_seed()),
      decoder_(options.limits) {}

RedisSnapshotSource::~RedisSnapshotSource() { stop(); }

void RedisSnapshotSource::start(ports::SourceListener listener, Milliseconds history,
                                const std::string& after_command) {
  stop();
  stopping_ = false;
  connected_.reset();
  trouble_ = {};
  listener_ = std::move(listener);
  follower_ = std::make_unique<StreamFollower>(options_, clock_, keyspace_, FollowFrom{history, after_command});
  thread_ = std::thread([this] { run(); });
}

void RedisSnapshotSource::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  follower_->interrupt();
  stopped_.notify_all();
  thread_.join();
}

void RedisSnapshotSource::run() {
  for (;;) {
    auto followed = follower_->read();
    if (!followed && followed.error().fault == redis::Fault::kInterrupted) return;
    if (followed) {
      say_connected();
      deliver(std::move(*followed));
    } else {
      say_away(followed.error());
    }
    if (!pause(followed ? Milliseconds(0) : backoff_.next())) return;
  }
}

bool RedisSnapshotSource::pause(Milliseconds delay) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, delay, [this] { return stopping_; });
}

void RedisSnapshotSource::deliver(Followed&& followed) {
  deliver_snapshots(std::move(followed.snapshots));
  const WallTime now = clock_.now();
  for (const std::string& id : followed.too_large) {
    const std::string limit = std::to_string(options_.max_reply_bytes >> 20);
    if (listener_.on_bad_snapshot)
      listener_.on_bad_snapshot(
          {id,
           {telemetry::DecodeFault::kTooLarge, "the entry is too large to be read (limit " + limit + " MiB)"},
           now});
  }
  if (!listener_.on_command) return;
  for (auto [entries, channel] : {std::pair(&followed.commands, record::Channel::kOperator),
                                  std::pair(&followed.admin_commands, record::Channel::kAdmin)}) {
    for (StreamEntry& entry : *entries) {
      ports::Command command = command_from(std::move(entry), channel, now);
      command.store_time = from_unix_ms(followed.server_ms);
      listener_.on_command(std::move(command));
    }
  }
}

void RedisSnapshotSource::deliver_snapshots(std::vector<StreamEntry>&& entries) {
  if (entries.empty()) return;
  const WallTime now = clock_.now();
  std::vector<ports::Arrival> arrivals;
  arrivals.reserve(entries.size());
  std::size_t bytes = 0;
  for (const StreamEntry& entry : entries) {
    const std::string* json = entry.find(telemetry::kSnapshotField);
    auto snapshot = json != nullptr ? decoder_.decode(*json)
                                    : telemetry::DecodeError{telemetry::DecodeFault::kNotASnapshot,
                                                             "the entry has no field 'snapshot'"};
    if (!snapshot) {
      if (listener_.on_bad_snapshot) listener_.on_bad_snapshot({entry.id, snapshot.error(), now});
      continue;
    }
    const std::size_t taken = telemetry::bytes_in_memory(*snapshot);
    arrivals.push_back({std::move(*snapshot), now, read_envelope(entry, keyspace_.cluster(), *json), entry.id, taken});
    bytes += taken;
    if (bytes >= kBytesHandedOn) hand_on(std::exchange(arrivals, {})), bytes = 0;
  }
  hand_on(std::move(arrivals));
}

void RedisSnapshotSource::hand_on(std::vector<ports::Arrival>&& arrivals) {
  if (!arrivals.empty() && listener_.on_snapshots) listener_.on_snapshots(std::move(arrivals));
}

void RedisSnapshotSource::say_away(const redis::CommandError& error) {
  connected_ = false;
  if (!trouble_.is_news(error, clock_.steady())) return;
  if (listener_.on_change) listener_.on_change({false, error.message + "; it is tried again until it answers"});
}

void RedisSnapshotSource::say_connected() {
  backoff_.reset();
  if (connected_ == true) return;
  connected_ = true;
  const std::string address = address_text(options_);
  const auto lasted = trouble_.over(clock_.steady());
  if (listener_.on_change)
    listener_.on_change({true, lasted ? "Redis at " + address + " is back after " + text::duration_text(*lasted)
                                      : "following snapshots and commands in Redis at " + address});
}

}  // namespace hotspot::io
