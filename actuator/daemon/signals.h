// Sends messages to the loops on signals and when rule files change.
//
// Call block() before any thread starts, so that all inherit the mask. The watcher's thread waits for the signals and,
// once a second, compares the rule files with what they were.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "actuator/loop/inbox.h"

namespace hotspot::daemon {

class SignalWatcher {
 public:
  static void block();

  struct Watched {
    loop::Inbox* inbox = nullptr;  // of one cluster's loop
    std::string rules_path;
  };
  explicit SignalWatcher(std::vector<Watched> watched);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch();
  std::vector<Watched> watched_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace hotspot::daemon
