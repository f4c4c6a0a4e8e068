#include "actuator/io/graphite/graphite_events.h"

#include <utility>

#include "actuator/io/graphite/event_json.h"
#include "common/redis/password_file.h"

namespace hotspot::io {

GraphiteEvents::GraphiteEvents(GraphiteOptions options)
    : options_(std::move(options)), post_(options_.http), backoff_(options_.pause, redis::random_seed()) {
  thread_ = std::thread([this] { run(); });
}

GraphiteEvents::~GraphiteEvents() { stop(); }

void GraphiteEvents::write(ports::Event event) {
  std::string json = event_json(event, options_.escape);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (waiting_.size() >= options_.most_waiting) {
      waiting_.erase(waiting_.begin() + (first_is_under_way_ ? 1 : 0));
      ++dropped_;
    }
    waiting_.push_back({.json = std::move(json)});
  }
  changed_.notify_one();
}

ports::EventsStatus GraphiteEvents::status() const {
  const std::lock_guard lock(mutex_);
  return {.to = options_.http.url,
          .written = written_,
          .dropped = dropped_,
          .waiting = waiting_.size(),
          .problem = problem_};
}

std::size_t GraphiteEvents::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) until_ = std::chrono::steady_clock::now() + options_.parting;
    stopping_ = true;
  }
  post_.hurry(options_.parting);
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

PostOutcome GraphiteEvents::attempt(const std::string& json) {
  if (options_.http.user.empty()) return post_.post(json, "");
  const auto password = redis::read_password(options_.password_file);
  if (!password) return {PostFate::kNotSent, password.error().message};
  return post_.post(json, *password);
}

// Handles the outcome for the first event. Returns how long to wait before the next attempt.
Milliseconds GraphiteEvents::note(const PostOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  first_is_under_way_ = false;
  problem_ = outcome.problem;
  if (outcome.fate == PostFate::kTaken) {
    ++written_;
    waiting_.pop_front();
    backoff_.reset();
    return Milliseconds(0);
  }
  const bool in_vain = outcome.fate == PostFate::kFailed && ++waiting_.front().attempts >= options_.most_attempts;
  if (in_vain || outcome.fate == PostFate::kUnknown || outcome.fate == PostFate::kWrong) {
    waiting_.pop_front();
    ++dropped_;
  }
  return backoff_.next();
}

void GraphiteEvents::run() {
  Milliseconds pause{0};
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_for(lock, pause, [&] { return stopping_; });
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    const bool goes_on = !stopping_ || (problem_.empty() && std::chrono::steady_clock::now() < until_);
    if (!goes_on || waiting_.empty()) return;
    first_is_under_way_ = true;
    const std::string json = waiting_.front().json;
    lock.unlock();
    pause = note(attempt(json));
    lock.lock();
  }
}

}  // namespace hotspot::io
