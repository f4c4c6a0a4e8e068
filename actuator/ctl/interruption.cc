#include "actuator/ctl/interruption.h"

#include <poll.h>

#include <algorithm>
#include <ctime>

namespace hotspot::ctl {
namespace {

volatile sig_atomic_t interrupted = 0;
volatile sig_atomic_t resized = 0;
extern "C" void note_interruption(int) { interrupted = 1; }
extern "C" void note_resize(int) { resized = 1; }

}  // namespace

Interruption::Interruption() {
  interrupted = 0;
  resized = 0;
  sigset_t waiting;
  sigemptyset(&waiting);
  for (const int number : {SIGINT, SIGTERM, SIGWINCH}) sigaddset(&waiting, number);
  sigprocmask(SIG_BLOCK, &waiting, &before_);
  struct sigaction noting {};
  noting.sa_handler = note_interruption;
  sigaction(SIGINT, &noting, &interrupt_);
  sigaction(SIGTERM, &noting, &terminate_);
  noting.sa_handler = note_resize;
  sigaction(SIGWINCH, &noting, &resize_);
}

Interruption::~Interruption() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
  sigaction(SIGWINCH, &resize_, nullptr);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

Interruption::Wake Interruption::wait(Milliseconds length, int input) {
  const auto ms = std::max<Milliseconds::rep>(length.count(), 0);
  const timespec time{static_cast<std::time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1'000'000};
  pollfd descriptor{.fd = input, .events = POLLIN, .revents = 0};  // negative descriptors are ignored
  resized = 0;
  // A signal that was already pending is delivered at once.
  const int ready = interrupted == 0 ? ppoll(&descriptor, 1, &time, &before_) : 0;
  if (interrupted != 0) return Wake::kInterrupted;
  if (resized != 0) return Wake::kResized;
  return ready > 0 ? Wake::kInput : Wake::kTime;
}

}  // namespace hotspot::ctl
