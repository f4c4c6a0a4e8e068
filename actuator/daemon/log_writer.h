// Writes lines to a file descriptor from a thread of its own, so that a reader that hangs blocks nobody.
//
// The queue of lines is bounded. When it is full, lines are dropped, and one line with their number is written in their
// place later. Thread rule: any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "telemetry/units.h"

namespace hotspot::daemon {

class LogWriter {
 public:
  static constexpr std::size_t kMostBytes = 1u << 20;  // some thousand lines

  // Composes the line that replaces dropped lines, with its newline.
  using Missing = std::function<std::string(std::size_t lines, Milliseconds lasted)>;

  LogWriter(int fd, Missing missing, std::size_t most_bytes = kMostBytes);
  ~LogWriter();  // lines that are not written yet are lost
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void write(std::string line);  // a complete line with its newline; returns at once
  // Waits until everything is written, at most this long. False: lines are left.
  bool flush(Milliseconds limit);

 private:
  void work();
  bool wait_for_line(std::string& line);
  void put(std::string_view text) const;

  int fd_;
  Missing missing_;
  std::size_t most_bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;  // of these lines
  std::size_t dropped_ = 0;
  Milliseconds dropping_since_{0};
  bool writing_ = false;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace hotspot::daemon
