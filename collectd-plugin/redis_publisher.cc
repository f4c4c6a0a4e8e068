#include "collectd-plugin/redis_publisher.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "actuator/io/backoff.h"
#include "actuator/io/redis_connection.h"
#include "actuator/io/redis_errors.h"
#include "telemetry/keyspace.h"

namespace hotspot::collector {
namespace {

std::chrono::steady_clock::time_point steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace

struct RedisPublisher::Impl {
  struct Waiting {
    std::string snapshot;
    WallTime taken_at;
  };

  explicit Impl(RedisPublisherOptions o)
      : options(std::move(o)), connection(options.redis), backoff({}, io::random_seed()) {}

  RedisPublisherOptions options;
  io::RedisConnection connection;
  io::Backoff backoff;
  std::optional<bool> connected;  // as told
  std::chrono::steady_clock::time_point away_since;

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Waiting> waiting;  // guarded by mutex, as all below
  PublisherCounts counts;
  bool ending = false;
  std::thread thread;

  void run() {
    while (true) {
      std::deque<Waiting> batch;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return ending || !waiting.empty(); });
        if (ending) return;
        batch.swap(waiting);
      }
      if (const auto sent = send(batch); !sent) {
        if (sent.error().fault == io::RedisFault::kInterrupted) return;  // the end, and no fault of Redis
        put_back(std::move(batch));
        say_away(sent.error().message);
        if (!pause(backoff.next())) return;
      }
    }
  }

  // Takes out of the batch what Redis took.
  Result<void, io::RedisError> send(std::deque<Waiting>& batch) {
    if (!connection.connected()) {
      if (auto done = connection.connect(); !done) return done;
      const std::lock_guard lock(mutex);
      if (connected.has_value()) ++counts.reconnects;
    }
    std::vector<io::RedisCommand> commands;
    for (const Waiting& one : batch) {
      const std::string oldest = std::to_string(to_unix_ms(one.taken_at - options.max_age));
      commands.push_back({"XADD", options.stream, "MINID", "~", oldest, "*", telemetry::kSnapshotField, one.snapshot});
    }
    const auto replies = connection.pipeline(commands);
    if (!replies) return replies.error();
    std::deque<Waiting> left;
    std::optional<io::RedisError> refused;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (!(*replies)[i].is_error()) continue;
      refused = io::refused(options.redis, (*replies)[i].text);
      left.push_back(std::move(batch[i]));
    }
    const std::uint64_t taken = batch.size() - left.size();
    batch.swap(left);
    if (!refused) say_connected();  // without the mutex: a log that is slow holds up nobody who publishes
    {
      const std::lock_guard lock(mutex);
      counts.published += taken;
    }
    if (!refused) return {};
    // Full, read-only or not allowed: what it did not take now it may take later.
    connection.drop();
    return *refused;
  }

  void put_back(std::deque<Waiting>&& batch) {
    const std::lock_guard lock(mutex);
    for (auto one = batch.rbegin(); one != batch.rend(); ++one) waiting.push_front(std::move(*one));
    shorten();
  }

  void shorten() {  // with mutex held
    while (waiting.size() > options.backlog) {
      waiting.pop_front();
      ++counts.dropped;
    }
  }

  void say_away(const std::string& message) {
    if (connected == false) return;
    connected = false;
    away_since = steady_now();
    options.on_change(false, message);
  }

  void say_connected() {
    backoff.reset();
    if (connected == true) return;
    const bool was_away = connected == false;
    connected = true;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(steady_now() - away_since).count();
    options.on_change(true, was_away ? "Redis is back after " + std::to_string(seconds) + " s" : "Redis is connected");
  }

  bool pause(Milliseconds duration) {  // false: the end
    std::unique_lock lock(mutex);
    changed.wait_for(lock, duration, [&] { return ending; });
    return !ending;
  }
};

RedisPublisher::RedisPublisher(RedisPublisherOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->thread = std::thread([this] { impl_->run(); });
}

RedisPublisher::~RedisPublisher() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ending = true;
    impl_->changed.notify_all();
  }
  impl_->connection.interrupt();
  impl_->thread.join();
}

void RedisPublisher::publish(std::string snapshot, WallTime taken_at) {
  const std::lock_guard lock(impl_->mutex);
  impl_->waiting.push_back({std::move(snapshot), taken_at});
  impl_->shorten();
  impl_->changed.notify_all();
}

PublisherCounts RedisPublisher::counts() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->counts;
}

}  // namespace hotspot::collector
