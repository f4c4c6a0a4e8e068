#include "actuator/daemon/signals.h"

#include <pthread.h>
#include <signal.h>

#include <ctime>

#include "actuator/daemon/rule_files.h"

namespace hotspot::daemon {
namespace {

sigset_t watched_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

void SignalWatcher::block() {
  const sigset_t signals = watched_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

SignalWatcher::SignalWatcher(std::vector<Watched> watched)
    : watched_(std::move(watched)), thread_([this] { watch(); }) {}

SignalWatcher::~SignalWatcher() {
  ending_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void SignalWatcher::watch() {
  const sigset_t signals = watched_signals();
  const timespec look_at_files{.tv_sec = 1, .tv_nsec = 0};
  std::vector<std::string> before;
  for (const Watched& one : watched_) before.push_back(fingerprint_on_disk(one.rules_path));
  while (!ending_) {
    const int signal = sigtimedwait(&signals, nullptr, &look_at_files);
    if (ending_) return;
    for (std::size_t i = 0; i < watched_.size(); ++i) {
      loop::Inbox& inbox = *watched_[i].inbox;
      if (signal == SIGHUP) inbox.post(loop::ReloadRules{"SIGHUP"});
      if (signal == SIGTERM || signal == SIGINT) inbox.post(loop::Stop{});
      std::string now = fingerprint_on_disk(watched_[i].rules_path);
      // A file that is being written may change again: that is found at the next comparison.
      if (now != before[i] && signal != SIGHUP) inbox.post(loop::ReloadRules{"a rule file changed"});
      before[i] = std::move(now);
    }
  }
}

}  // namespace hotspot::daemon
