// Writes lines to a file descriptor from a thread of its own, so that a log that nobody reads blocks nobody.
//
// Lines wait in a queue of bounded size; those that find it full are dropped, and how many is said in their place once
// somebody reads again. Thread rule: any thread.
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

  // Makes the line that stands for lines that were dropped, with its newline.
  using Missing = std::function<std::string(std::size_t lines, Milliseconds lasted)>;

  LogWriter(int fd, Missing missing, std::size_t most_bytes = kMostBytes);
  ~LogWriter();  // what nobody reads by then is lost
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void write(std::string line);  // whole, with its newline; returns at once
  // Waits until all is written, but no longer than this. False: something is not.
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
  std::size_t bytes_ = 0;  // of them
  std::size_t dropped_ = 0;
  Milliseconds dropping_since_{0};
  bool writing_ = false;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace hotspot::daemon
