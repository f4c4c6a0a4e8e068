#include "collectd-plugin/redis_publisher.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "collectd-plugin/stream_entry.h"
#include "collectd-plugin/wall_clock.h"
#include "common/redis/backoff.h"
#include "common/redis/connection.h"
#include "common/redis/trouble.h"
#include "common/text/duration.h"

namespace hotspot::collector {
namespace {

// For one pipeline: hiredis keeps a second copy while it is sent.
constexpr std::size_t kPipelineBytes = 4u << 20;
constexpr Milliseconds kFirstRetryDelay{200};
constexpr Milliseconds kLookInterval{900};

Milliseconds steady_ms() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

struct RedisPublisher::Impl {
  explicit Impl(RedisPublisherOptions o)
      : options(std::move(o)),
        connection(options.redis),
        published(options.published, options.cluster),
        backoff(
            {.first = std::min(kFirstRetryDelay, options.longest_retry_delay), .longest = options.longest_retry_delay},
            redis::random_seed()) {}

  RedisPublisherOptions options;
  // Used by the thread only:
  redis::Connection connection;
  PublishedReader published;
  redis::Backoff backoff;
  redis::Trouble trouble;
  Milliseconds next_look{0};
  bool was_connected = false;

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<StreamEntry> waiting;  // guarded by mutex, like everything below
  std::size_t waiting_bytes = 0;
  std::size_t sending = 0;  // snapshots that the thread is sending
  PublisherCounts counts;
  bool ending = false, ended = false;

  void run() {
    while (true) {
      std::vector<StreamEntry> batch;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return ending || !waiting.empty(); });
        if (ending) return;
        batch = take_batch();
      }
      const std::string node = batch.front().node;
      const auto sent = send(batch);
      if (sent) {
        look(node);
        continue;
      }
      if (sent.error().fault == redis::Fault::kInterrupted) return;  // shutdown, not a fault of Redis
      put_back(std::move(batch));
      if (trouble.is_news(sent.error(), steady_ms())) say(false, sent.error().message);
      if (!pause(backoff.next())) return;
    }
  }

  // Snapshots come first, and an error here does not affect them.
  void look(const std::string& node) {
    const Milliseconds now = steady_ms();
    if (options.published.empty() || now < next_look || !connection.connected()) return;
    {
      const std::lock_guard lock(mutex);
      if (!waiting.empty() || ending) return;
    }
    next_look = now + kLookInterval;
    PublishedReader::Found found = published.look(connection, {.node = node, .now = wall_now(), .steady = now});
    {
      const std::lock_guard lock(mutex);
      counts.hotspots = published.hotspots();
      if (found.empty() || ending) return;  // the listener may be gone
    }
    options.on_published(std::move(found));
  }

  std::vector<StreamEntry> take_batch() {  // with mutex held
    std::vector<StreamEntry> batch;
    for (std::size_t bytes = 0; !waiting.empty(); waiting.pop_front()) {
      bytes += snapshot_bytes(waiting.front());
      if (!batch.empty() && bytes > kPipelineBytes) break;
      waiting_bytes -= snapshot_bytes(waiting.front());
      batch.push_back(std::move(waiting.front()));
    }
    sending = batch.size();
    return batch;
  }

  // Removes from the batch what Redis accepted.
  Result<void, redis::CommandError> send(std::vector<StreamEntry>& batch) {
    if (!connection.connected()) {
      if (auto done = connection.connect(); !done) return done;
      const std::lock_guard lock(mutex);
      if (std::exchange(was_connected, true)) ++counts.reconnects;
    }
    if (options.signer) {
      for (StreamEntry& entry : batch) sign(entry, *options.signer);
    }
    const auto replies = connection.pipeline(Commands(batch).all());
    if (!replies) return replies.error();
    std::vector<StreamEntry> left;
    std::optional<redis::CommandError> refused;
    std::uint64_t taken_bytes = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (!(*replies)[i].is_error()) {
        taken_bytes += snapshot_bytes(batch[i]);
        continue;
      }
      refused = connection.refusal((*replies)[i]);
      left.push_back(std::move(batch[i]));  // full, read-only or not permitted: it may be accepted later
    }
    const std::uint64_t taken = batch.size() - left.size();
    batch.swap(left);
    if (!refused) say_connected();  // without the mutex: a slow log must not block publishers
    const std::lock_guard lock(mutex);
    counts.published += taken;
    counts.published_bytes += taken_bytes;
    sending = batch.size();
    return refused ? Result<void, redis::CommandError>(*refused) : Result<void, redis::CommandError>();
  }

  void put_back(std::vector<StreamEntry>&& batch) {
    const std::lock_guard lock(mutex);
    sending = 0;
    counts.hotspots.reset();
    for (auto one = batch.rbegin(); one != batch.rend(); ++one) {
      waiting_bytes += snapshot_bytes(*one);
      waiting.push_front(std::move(*one));
    }
    shorten();
  }

  void shorten() {  // with mutex held
    while (waiting.size() > options.backlog || (waiting.size() > 1 && waiting_bytes > options.backlog_bytes)) {
      waiting_bytes -= snapshot_bytes(waiting.front());
      waiting.pop_front();
      ++counts.dropped;
    }
  }

  bool told_connected = false;
  void say_connected() {
    backoff.reset();
    const auto lasted = trouble.over(steady_ms());
    if (lasted)
      say(true, "Redis is back after " + text::duration_text(*lasted));
    else if (!told_connected)
      say(true, "Redis is connected");
    told_connected = true;
  }

  void say(bool connected, const std::string& message) {
    {
      const std::lock_guard lock(mutex);
      if (ending) return;  // the listener may be gone
    }
    options.on_change(connected, message);
  }

  bool pause(Milliseconds duration) {  // false: shutdown
    std::unique_lock lock(mutex);
    changed.wait_for(lock, duration, [&] { return ending; });
    return !ending;
  }

  // An exception that left the thread would end collectd.
  void run_to_the_end() {
    for (bool again = true; again;) {
      again = false;
      try {
        run();
      } catch (const std::exception& problem) {
        say(false, std::string("a snapshot was lost: ") + problem.what());
        again = pause(options.longest_retry_delay);
      }
    }
    const std::lock_guard lock(mutex);
    ended = true;
    changed.notify_all();
  }
};

RedisPublisher::RedisPublisher(RedisPublisherOptions options) : impl_(std::make_shared<Impl>(std::move(options))) {
  std::thread([impl = impl_] { impl->run_to_the_end(); }).detach();
}

RedisPublisher::~RedisPublisher() {
  std::unique_lock lock(impl_->mutex);
  impl_->ending = true;
  impl_->changed.notify_all();
  impl_->connection.interrupt();
  impl_->changed.wait_for(lock, kFarewell, [&] { return impl_->ended; });
}

void RedisPublisher::publish(Outgoing snapshot) {
  const WallTime oldest = snapshot.taken_at - impl_->options.max_age;
  StreamEntry entry = stream_entry(impl_->options.stream, oldest, std::move(snapshot));
  const std::lock_guard lock(impl_->mutex);
  impl_->waiting_bytes += snapshot_bytes(entry);
  impl_->waiting.push_back(std::move(entry));
  impl_->shorten();
  impl_->changed.notify_all();
}

PublisherCounts RedisPublisher::counts() const {
  const std::lock_guard lock(impl_->mutex);
  PublisherCounts counts = impl_->counts;
  counts.waiting = impl_->waiting.size() + impl_->sending;
  return counts;
}

}  // namespace hotspot::collector
