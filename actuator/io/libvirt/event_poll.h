// An event loop for libvirt whose cost does not depend on how many connections are idle.
//
// libvirt's own loop gives all descriptors and timers to poll(2) each time: with 2,000 connections, each of which sends
// a keep-alive every few seconds, that takes a third of a core. This one waits with epoll(7), and keeps timers in
// order.
//
// It has the semantics of libvirt's (libvirt-event.h, virEventRegisterImpl): a callback may add, change and remove
// whatever it likes, its own handle too; what a removed handle or timer needs is freed by the loop, never by the call
// that removed it. A callback that runs while another thread removes it is finished.
//
// Thread rule: add_*, update_* and remove_* from any thread; run_once from one, in which callbacks run.
#pragma once

#include <libvirt/libvirt.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace hotspot::io {

class EventPoll {
 public:
  EventPoll();
  ~EventPoll();
  EventPoll(const EventPoll&) = delete;
  EventPoll& operator=(const EventPoll&) = delete;

  // False: the system has no descriptors left for it.
  bool works() const { return poll_ >= 0 && wake_ >= 0; }

  // What is called, with which argument, and what frees that.
  template <typename Callback>
  struct Call {
    Callback callback;
    void* opaque = nullptr;
    virFreeCallback free = nullptr;
  };
  using HandleCall = Call<virEventHandleCallback>;
  using TimerCall = Call<virEventTimeoutCallback>;

  // events: of virEventHandleType; 0: the handle is there, and waits for nothing. Returns its number, -1 if the
  // descriptor cannot be watched. A descriptor may have several handles.
  int add_handle(int fd, int events, HandleCall call);
  void update_handle(int handle, int events);
  int remove_handle(int handle);  // -1: there is none

  // period_ms: from now, and then again and again; 0: each time; below: never.
  int add_timer(int period_ms, TimerCall call);
  void update_timer(int timer, int period_ms);
  int remove_timer(int timer);  // -1: there is none

  // Waits for something, at most until the next timer, and calls what is due.
  void run_once();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Handle {
    int fd = -1;
    int events = 0;
    HandleCall call;
  };
  struct Timer {
    int period_ms = -1;
    Time next{};
    TimerCall call;
  };
  struct Ready {
    int fd = -1;
    int events = 0;
  };

  bool watch(int fd);
  void wake() const;
  void schedule(int number, Timer& timer, int period_ms);
  int wait_ms();
  std::vector<Ready> wait();
  void call_handles(const Ready& ready);
  void call_timers();
  void free_removed();

  int poll_ = -1, wake_ = -1;
  std::mutex mutex_;  // not held while a callback runs
  int next_number_ = 1;
  std::map<int, Handle> handles_;
  std::map<int, std::set<int>> by_fd_;  // the handles of each descriptor
  std::map<int, int> watched_;          // by descriptor: the events that epoll was asked for
  std::map<int, Timer> timers_;
  std::set<std::pair<Time, int>> due_;
  std::vector<std::pair<virFreeCallback, void*>> removed_;
};

}  // namespace hotspot::io
