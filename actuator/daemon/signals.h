// Signals and changed rule files, as messages for the loop.
//
// block() comes before any thread is started, so that all of them inherit it; the watcher's own thread waits for the
// signals and, between them, looks at the rule files.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "actuator/daemon/inbox.h"

namespace hotspot::daemon {

class SignalWatcher {
 public:
  static void block();

  SignalWatcher(Inbox& inbox, std::string rules_path);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch();
  Inbox& inbox_;
  std::string rules_path_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace hotspot::daemon
