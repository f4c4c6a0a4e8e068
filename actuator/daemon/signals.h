// Signals and changed rule files, as messages for the loops.
//
// block() comes before any thread is started, so that all of them inherit it; the watcher's own thread waits for the
// signals and, between them, looks at the rule files.
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
