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

SignalWatcher::SignalWatcher(Inbox& inbox, std::string rules_path)
    : inbox_(inbox), rules_path_(std::move(rules_path)), thread_([this] { watch(); }) {}

SignalWatcher::~SignalWatcher() {
  ending_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void SignalWatcher::watch() {
  const sigset_t signals = watched_signals();
  const timespec look_at_files{.tv_sec = 1, .tv_nsec = 0};
  std::string before = fingerprint_on_disk(rules_path_);
  while (!ending_) {
    const int signal = sigtimedwait(&signals, nullptr, &look_at_files);
    if (ending_) return;
    if (signal == SIGHUP) inbox_.post(ReloadRules{"SIGHUP"});
    if (signal == SIGTERM || signal == SIGINT) inbox_.post(Stop{});
    std::string now = fingerprint_on_disk(rules_path_);
    // A file that is being written changes more than once; the last change is seen too, one look later.
    if (now != before && signal != SIGHUP) inbox_.post(ReloadRules{"a rule file changed"});
    before = std::move(now);
  }
}

}  // namespace hotspot::daemon
