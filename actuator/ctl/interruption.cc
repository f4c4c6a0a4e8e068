#include "actuator/ctl/interruption.h"

#include <poll.h>

#include <algorithm>
#include <ctime>

namespace hotspot::ctl {
namespace {

volatile sig_atomic_t interrupted = 0;
extern "C" void note_interruption(int) { interrupted = 1; }

}  // namespace

Interruption::Interruption() {
  interrupted = 0;
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  sigprocmask(SIG_BLOCK, &both, &before_);
  struct sigaction noting {};
  noting.sa_handler = note_interruption;
  sigaction(SIGINT, &noting, &interrupt_);
  sigaction(SIGTERM, &noting, &terminate_);
}

Interruption::~Interruption() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool Interruption::pause(Milliseconds length) {
  const auto ms = std::max<Milliseconds::rep>(length.count(), 0);
  const timespec time{static_cast<std::time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1'000'000};
  // A signal that came before is delivered at once.
  if (interrupted == 0) ppoll(nullptr, 0, &time, &before_);
  return interrupted == 0;
}

}  // namespace hotspot::ctl
