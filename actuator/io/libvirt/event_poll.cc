#include "actuator/io/libvirt/event_poll.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>

namespace hotspot::io {
namespace {

constexpr int kMostAtOnce = 256;

struct EventName {
  int libvirt;
  std::uint32_t epoll;
};
constexpr auto kEvents = std::to_array<EventName>({{VIR_EVENT_HANDLE_READABLE, EPOLLIN},
                                                   {VIR_EVENT_HANDLE_WRITABLE, EPOLLOUT},
                                                   {VIR_EVENT_HANDLE_ERROR, EPOLLERR},
                                                   {VIR_EVENT_HANDLE_HANGUP, EPOLLHUP}});
// Reported whether they were asked for or not, as by poll.
constexpr int kAlways = VIR_EVENT_HANDLE_ERROR | VIR_EVENT_HANDLE_HANGUP;

std::uint32_t to_epoll(int events) {
  std::uint32_t found = 0;
  for (const EventName& one : kEvents)
    if ((events & one.libvirt) != 0) found |= one.epoll;
  return found;
}

int from_epoll(std::uint32_t events) {
  int found = 0;
  for (const EventName& one : kEvents)
    if ((events & one.epoll) != 0) found |= one.libvirt;
  return found;
}

}  // namespace

EventPoll::EventPoll() : poll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!works()) return;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, wake_, &event);
}

EventPoll::~EventPoll() {
  if (poll_ >= 0) ::close(poll_);
  if (wake_ >= 0) ::close(wake_);
}

// Makes epoll wait for what the descriptor's handles want together. A descriptor that was closed left epoll by itself.
bool EventPoll::watch(int fd) {
  int wanted = 0;
  const auto handles = by_fd_.find(fd);
  if (handles != by_fd_.end())
    for (const int handle : handles->second) wanted |= handles_.at(handle).events;
  if (wanted == 0) {
    if (watched_.erase(fd) != 0) ::epoll_ctl(poll_, EPOLL_CTL_DEL, fd, nullptr);
    return true;
  }
  epoll_event event{};
  event.events = to_epoll(wanted);
  event.data.fd = fd;
  const bool known = watched_.contains(fd);
  const bool done = (known && ::epoll_ctl(poll_, EPOLL_CTL_MOD, fd, &event) == 0) ||
                    ::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) == 0;
  if (done)
    watched_[fd] = wanted;
  else
    watched_.erase(fd);
  return done;
}

void EventPoll::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);  // full: it wakes already
}

int EventPoll::add_handle(int fd, int events, HandleCall call) {
  const std::lock_guard lock(mutex_);
  const int number = next_number_++;
  handles_[number] = {fd, events, call};
  by_fd_[fd].insert(number);
  if (watch(fd)) return number;
  handles_.erase(number);
  by_fd_[fd].erase(number);
  if (by_fd_[fd].empty()) by_fd_.erase(fd);
  return -1;
}

void EventPoll::update_handle(int handle, int events) {
  const std::lock_guard lock(mutex_);
  const auto known = handles_.find(handle);
  if (known == handles_.end() || known->second.events == events) return;
  known->second.events = events;
  watch(known->second.fd);
}

int EventPoll::remove_handle(int handle) {
  const std::lock_guard lock(mutex_);
  const auto known = handles_.find(handle);
  if (known == handles_.end()) return -1;
  const Handle gone = known->second;
  handles_.erase(known);
  std::set<int>& others = by_fd_[gone.fd];
  others.erase(handle);
  if (others.empty()) by_fd_.erase(gone.fd);
  watch(gone.fd);
  removed_.emplace_back(gone.call.free, gone.call.opaque);
  wake();
  return 0;
}

void EventPoll::schedule(int number, Timer& timer, int period_ms) {
  due_.erase({timer.next, number});
  timer.period_ms = period_ms;
  if (period_ms < 0) return;
  timer.next = std::chrono::steady_clock::now() + std::chrono::milliseconds(period_ms);
  due_.emplace(timer.next, number);
  if (due_.begin()->second == number) wake();
}

int EventPoll::add_timer(int period_ms, TimerCall call) {
  const std::lock_guard lock(mutex_);
  const int number = next_number_++;
  Timer& timer = timers_[number];
  timer.call = call;
  schedule(number, timer, period_ms);
  return number;
}

void EventPoll::update_timer(int timer, int period_ms) {
  const std::lock_guard lock(mutex_);
  const auto known = timers_.find(timer);
  if (known != timers_.end()) schedule(timer, known->second, period_ms);
}

int EventPoll::remove_timer(int timer) {
  const std::lock_guard lock(mutex_);
  const auto known = timers_.find(timer);
  if (known == timers_.end()) return -1;
  due_.erase({known->second.next, timer});
  removed_.emplace_back(known->second.call.free, known->second.call.opaque);
  timers_.erase(known);
  wake();
  return 0;
}

// Rounded up: a timer is never early.
int EventPoll::wait_ms() {
  const std::lock_guard lock(mutex_);
  if (!removed_.empty()) return 0;
  if (due_.empty()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(due_.begin()->first - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

std::vector<EventPoll::Ready> EventPoll::wait() {
  std::array<epoll_event, kMostAtOnce> events{};
  const int count = ::epoll_wait(poll_, events.data(), kMostAtOnce, wait_ms());
  std::vector<Ready> ready;
  for (int i = 0; i < count; ++i) {
    const epoll_event& one = events[static_cast<std::size_t>(i)];
    if (one.data.fd != wake_) {
      ready.push_back({one.data.fd, from_epoll(one.events)});
      continue;
    }
    std::uint64_t times = 0;
    [[maybe_unused]] const auto emptied = ::read(wake_, &times, sizeof times);
  }
  return ready;
}

void EventPoll::call_handles(const Ready& ready) {
  std::set<int> handles;
  {
    const std::lock_guard lock(mutex_);
    const auto known = by_fd_.find(ready.fd);
    if (known != by_fd_.end()) handles = known->second;
  }
  for (const int number : handles) {
    HandleCall call;
    int events = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto known = handles_.find(number);
      // The callback before may have removed it, or closed the descriptor, whose number another one may have now.
      if (known == handles_.end() || known->second.fd != ready.fd || known->second.events == 0) continue;
      events = ready.events & (known->second.events | kAlways);
      call = known->second.call;
    }
    if (events != 0) call.callback(number, ready.fd, events, call.opaque);
  }
}

// Those that are due by now, each once.
void EventPoll::call_timers() {
  const Time now = std::chrono::steady_clock::now();
  std::vector<int> numbers;
  {
    const std::lock_guard lock(mutex_);
    for (auto one = due_.begin(); one != due_.end() && one->first <= now; ++one) numbers.push_back(one->second);
  }
  for (const int number : numbers) {
    TimerCall call;
    {
      const std::lock_guard lock(mutex_);
      const auto known = timers_.find(number);
      if (known == timers_.end() || known->second.period_ms < 0 || known->second.next > now) continue;
      schedule(number, known->second, known->second.period_ms);
      call = known->second.call;
    }
    call.callback(number, call.opaque);
  }
}

void EventPoll::free_removed() {
  std::vector<std::pair<virFreeCallback, void*>> removed;
  {
    const std::lock_guard lock(mutex_);
    removed.swap(removed_);
  }
  for (const auto& [free, opaque] : removed)
    if (free != nullptr) free(opaque);
}

void EventPoll::run_once() {
  for (const Ready& ready : wait()) call_handles(ready);
  call_timers();
  free_removed();
}

}  // namespace hotspot::io
