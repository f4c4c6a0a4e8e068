// What libvirt expects of an event loop (libvirt-event.h).
#include "actuator/io/libvirt/event_poll.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace hotspot::io {
namespace {

class Pipe {
 public:
  Pipe() { [[maybe_unused]] const int made = ::pipe(ends_.data()); }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int out() const { return ends_[0]; }
  void fill() const { [[maybe_unused]] const auto written = ::write(ends_[1], "x", 1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// What is called, and how often; `freed` counts what the loop has freed.
struct Called {
  std::function<void(int number)> run;
  int events = 0;
  std::atomic<int> times{0}, freed{0};
};

EventPoll::HandleCall handle_call(Called& called) {
  return {[](int handle, int, int events, void* opaque) {
            auto& one = *static_cast<Called*>(opaque);
            one.events = events;
            ++one.times;
            if (one.run) one.run(handle);
          },
          &called, [](void* opaque) { ++static_cast<Called*>(opaque)->freed; }};
}

EventPoll::TimerCall timer_call(Called& called) {
  return {[](int timer, void* opaque) {
            auto& one = *static_cast<Called*>(opaque);
            ++one.times;
            if (one.run) one.run(timer);
          },
          &called, [](void* opaque) { ++static_cast<Called*>(opaque)->freed; }};
}

class EventPollTest : public testing::Test {
 protected:
  // Rounds of the loop until nothing is left to do; a timer of the test's own ends the last wait.
  void run_for(int ms) {
    Called end;
    const int timer = poll_.add_timer(ms, timer_call(end));
    while (end.times == 0) poll_.run_once(), ++rounds_;
    poll_.remove_timer(timer);
    while (end.freed == 0) poll_.run_once();
  }
  EventPoll poll_;
  int rounds_ = 0;
};

TEST_F(EventPollTest, ADescriptorThatIsReadableIsReportedAndOneThatIsNotIsNot) {
  Pipe full, other;
  Called called, quiet;
  poll_.add_handle(full.out(), VIR_EVENT_HANDLE_READABLE, handle_call(called));
  poll_.add_handle(other.out(), VIR_EVENT_HANDLE_READABLE, handle_call(quiet));
  full.fill();
  poll_.run_once();
  EXPECT_EQ(called.times, 1);
  EXPECT_EQ(called.events, VIR_EVENT_HANDLE_READABLE);
  EXPECT_EQ(quiet.times, 0);
}

TEST_F(EventPollTest, AHandleThatWaitsForNothingIsNotReportedNorDoesItKeepTheLoopBusy) {
  auto pipe = std::make_unique<Pipe>();
  Called called;
  const int handle = poll_.add_handle(pipe->out(), VIR_EVENT_HANDLE_READABLE, handle_call(called));
  pipe->fill();
  poll_.update_handle(handle, 0);
  run_for(20);
  EXPECT_EQ(called.times, 0);
  EXPECT_LT(rounds_, 5);
  poll_.update_handle(handle, VIR_EVENT_HANDLE_READABLE);
  poll_.run_once();
  EXPECT_EQ(called.times, 1);
}

TEST_F(EventPollTest, ACallbackMayRemoveItselfAndIsFreedOnceByTheLoop) {
  Pipe pipe;
  Called called;
  called.run = [&](int handle) {
    EXPECT_EQ(poll_.remove_handle(handle), 0);
    EXPECT_EQ(called.freed, 0) << "not by the call that removes";
  };
  poll_.add_handle(pipe.out(), VIR_EVENT_HANDLE_READABLE, handle_call(called));
  pipe.fill();
  run_for(20);
  EXPECT_EQ(called.times, 1);
  EXPECT_EQ(called.freed, 1);
  EXPECT_EQ(poll_.remove_handle(1), -1);
}

TEST_F(EventPollTest, ACallbackMayRemoveAnotherThatIsReadyToo) {
  Pipe first, second;
  Called one, two;
  int handle_of_one = 0, handle_of_two = 0;
  one.run = [&](int) { poll_.remove_handle(handle_of_two); };
  two.run = [&](int) { poll_.remove_handle(handle_of_one); };
  handle_of_one = poll_.add_handle(first.out(), VIR_EVENT_HANDLE_READABLE, handle_call(one));
  handle_of_two = poll_.add_handle(second.out(), VIR_EVENT_HANDLE_READABLE, handle_call(two));
  first.fill();
  second.fill();
  poll_.run_once();
  EXPECT_EQ(one.times + two.times, 1);
}

TEST_F(EventPollTest, TwoHandlesOfOneDescriptorAreBothReportedAndOneStaysWhenTheOtherGoes) {
  Pipe pipe;
  Called one, two;
  const int first = poll_.add_handle(pipe.out(), VIR_EVENT_HANDLE_READABLE, handle_call(one));
  poll_.add_handle(pipe.out(), VIR_EVENT_HANDLE_READABLE, handle_call(two));
  pipe.fill();
  poll_.run_once();
  EXPECT_EQ(one.times, 1);
  EXPECT_EQ(two.times, 1);
  poll_.remove_handle(first);
  run_for(5);
  EXPECT_EQ(one.times, 1);
  EXPECT_GT(two.times, 1);
}

TEST_F(EventPollTest, ADescriptorWithTheNumberOfOneThatWasClosedIsWatchedAnew) {
  auto pipe = std::make_unique<Pipe>();
  const int number = pipe->out();
  Called before, after;
  const int handle = poll_.add_handle(number, VIR_EVENT_HANDLE_READABLE, handle_call(before));
  pipe.reset();  // closed before it was removed
  poll_.remove_handle(handle);
  Pipe next;
  ASSERT_EQ(next.out(), number);
  poll_.add_handle(number, VIR_EVENT_HANDLE_READABLE, handle_call(after));
  next.fill();
  run_for(5);
  EXPECT_EQ(before.times, 0);
  EXPECT_GT(after.times, 0);
}

TEST_F(EventPollTest, AnEndOfAPipeThatIsGoneIsReportedThoughNobodyAskedForIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  Called called;
  called.run = [&](int handle) { poll_.remove_handle(handle); };
  poll_.add_handle(ends[0], VIR_EVENT_HANDLE_READABLE, handle_call(called));
  ::close(ends[1]);
  run_for(5);
  ::close(ends[0]);
  EXPECT_EQ(called.events & VIR_EVENT_HANDLE_HANGUP, VIR_EVENT_HANDLE_HANGUP);
}

TEST_F(EventPollTest, WhatCannotBeWatchedIsRefused) {
  Called called;
  EXPECT_EQ(poll_.add_handle(-1, VIR_EVENT_HANDLE_READABLE, handle_call(called)), -1);
  EXPECT_EQ(called.freed, 0) << "it stays its owner's";
}

TEST_F(EventPollTest, ATimerComesAgainAndAgainAndNeverEarly) {
  Called called;
  const auto begun = std::chrono::steady_clock::now();
  const int timer = poll_.add_timer(10, timer_call(called));
  while (called.times < 3) poll_.run_once();
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(30));
  EXPECT_EQ(poll_.remove_timer(timer), 0);
  run_for(30);
  EXPECT_EQ(called.times, 3);
  EXPECT_EQ(called.freed, 1);
}

TEST_F(EventPollTest, ATimerThatIsStoppedComesNotAndOneThatIsStartedAgainDoes) {
  Called called;
  const int timer = poll_.add_timer(-1, timer_call(called));
  run_for(10);
  EXPECT_EQ(called.times, 0);
  poll_.update_timer(timer, 0);
  poll_.run_once();
  EXPECT_EQ(called.times, 1);
  poll_.update_timer(timer, -1);
  run_for(10);
  EXPECT_EQ(called.times, 1);
}

TEST_F(EventPollTest, ATimerMayRemoveItself) {
  Called called;
  called.run = [&](int timer) { poll_.remove_timer(timer); };
  poll_.add_timer(0, timer_call(called));
  run_for(10);
  EXPECT_EQ(called.times, 1);
  EXPECT_EQ(called.freed, 1);
}

TEST_F(EventPollTest, WhatAnotherThreadAddsWakesALoopThatWaitsWithoutEnd) {
  Called called;
  std::thread other([&] { poll_.add_timer(0, timer_call(called)); });
  while (called.times == 0) poll_.run_once();
  other.join();
}

TEST_F(EventPollTest, ThreadsMayAddAndRemoveWhileTheLoopRunsAndEachIsFreedOnce) {
  constexpr int kThreads = 4, kEach = 200;
  std::vector<Called> called(kThreads * kEach);
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number)
    threads.emplace_back([&, number] {
      Pipe pipe;
      pipe.fill();
      for (int i = 0; i < kEach; ++i) {
        Called& one = called[static_cast<std::size_t>(number * kEach + i)];
        const int handle = i % 2 == 0 ? poll_.add_handle(pipe.out(), VIR_EVENT_HANDLE_READABLE, handle_call(one))
                                      : poll_.add_timer(0, timer_call(one));
        i % 2 == 0 ? poll_.remove_handle(handle) : poll_.remove_timer(handle);
      }
    });
  const auto all_freed = [&] {
    for (const Called& one : called)
      if (one.freed != 1) return false;
    return true;
  };
  while (!all_freed()) poll_.run_once();
  for (std::thread& one : threads) one.join();
  run_for(1);
  EXPECT_TRUE(all_freed());
}

}  // namespace
}  // namespace hotspot::io
