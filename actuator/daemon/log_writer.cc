#include "actuator/daemon/log_writer.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <utility>

#include "actuator/daemon/steady_now.h"

namespace hotspot::daemon {
namespace {

// While the descriptor is not writable: how often to check whether the log ends.
constexpr int kPollMs = 100;

}  // namespace

LogWriter::LogWriter(int fd, Missing missing, std::size_t most_bytes)
    : fd_(fd), missing_(std::move(missing)), most_bytes_(most_bytes) {
  // Signals are handled by the threads that wait for them; here SIGTERM or SIGHUP would end the process.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogWriter::~LogWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LogWriter::write(std::string line) {
  {
    const std::lock_guard lock(mutex_);
    // After a gap, lines are accepted again once half of the queue is free: one long gap instead of many short ones.
    const std::size_t limit = dropped_ > 0 ? most_bytes_ / 2 : most_bytes_;
    if (bytes_ + line.size() > limit) {
      if (dropped_++ == 0) dropping_since_ = steady_now();
      return;
    }
    if (dropped_ > 0) {
      lines_.push_back(missing_(std::exchange(dropped_, 0), steady_now() - dropping_since_));
      bytes_ += lines_.back().size();
    }
    bytes_ += line.size();
    lines_.push_back(std::move(line));
  }
  changed_.notify_all();
}

bool LogWriter::flush(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return lines_.empty() && !writing_ && dropped_ == 0; });
}

bool LogWriter::wait_for_line(std::string& line) {
  std::unique_lock lock(mutex_);
  writing_ = false;
  if (lines_.empty() && dropped_ > 0) {
    lines_.push_back(missing_(std::exchange(dropped_, 0), steady_now() - dropping_since_));
    bytes_ += lines_.back().size();
  }
  if (lines_.empty()) changed_.notify_all();
  changed_.wait(lock, [this] { return ending_ || !lines_.empty(); });
  if (ending_) return false;
  line = std::move(lines_.front());
  lines_.pop_front();
  bytes_ -= line.size();
  writing_ = true;
  return true;
}

void LogWriter::work() {
  std::string line;
  while (wait_for_line(line)) put(line);
}

// A pipe that polls as writable accepts PIPE_BUF bytes, so the descriptor, which may be shared, need not be
// non-blocking.
void LogWriter::put(std::string_view text) const {
  while (!text.empty()) {
    pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
    const int found = poll(&ready, 1, kPollMs);
    if (found == 0 || (found < 0 && errno == EINTR)) {
      if (ending_) return;
      continue;
    }
    const ssize_t written = ::write(fd_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR && errno != EAGAIN)
      return;  // no reader is left
  }
}

}  // namespace hotspot::daemon
