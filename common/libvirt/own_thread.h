// A thread that may hang, with what is used by it alone: a connection to libvirt that it opens, uses and closes.
//
// It is asked one question at a time. Whoever asks waits for the answer as long as it can afford; an answer that comes
// later is handed on in the thread. In the end a thread that hangs is left behind. A hung question costs this one
// thread and never another. For calls on a connection that threads share, each in a thread of its own, there is
// timed_calls.h.
//
// Thread rule: one thread at a time, but is_free() from any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace hotspot::virt {

template <typename Question, typename Answer>
class OwnThread {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Worker = std::function<Answer(const Question&)>;
  using Late = std::function<void(const Question&, Answer)>;

  // make_worker and late are called in the thread, in which the worker also ends; late never after the destructor.
  // None of the three may throw.
  OwnThread(std::function<Worker()> make_worker, Late late) : shared_(std::make_shared<Shared>()) {
    shared_->late = std::move(late);
    std::thread([shared = shared_, make_worker = std::move(make_worker)] { run(*shared, make_worker); }).detach();
  }
  ~OwnThread() {
    end();
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return !shared_->handing_on; });  // this is short
  }
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;

  // Neither answers nor hands an answer on, and has no question that it has not begun.
  bool is_free() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->is_free();
  }
  bool wait_until_free(Time limit) {
    std::unique_lock lock(shared_->mutex);
    return shared_->changed.wait_until(lock, limit, [&] { return shared_->is_free(); });
  }

  // Precondition: free. Empty: not answered by then; the answer will be late.
  std::optional<Answer> ask(Question question, Time limit) {
    std::unique_lock lock(shared_->mutex);
    shared_->question = std::move(question);
    shared_->waiting = true;
    shared_->changed.notify_all();
    shared_->changed.wait_until(lock, limit, [&] { return shared_->answer.has_value(); });
    shared_->waiting = false;
    return std::exchange(shared_->answer, std::nullopt);
  }
  // Takes back a question that was not begun. False: there is none.
  bool withdraw() {
    const std::lock_guard lock(shared_->mutex);
    return std::exchange(shared_->question, std::nullopt).has_value();
  }

  // No question is begun any more, and no late answer handed on.
  void end() {
    const std::lock_guard lock(shared_->mutex);
    shared_->ending = true;
    shared_->changed.notify_all();
  }
  // After end(): until the worker has ended.
  void wait_for_end(Time limit) {
    wait_to_end(limit, [](const Shared& shared) { return shared.ended; });
  }
  // The same, but not for an answer.
  void wait_for_end_if_idle(Time limit) {
    wait_to_end(limit, [](const Shared& shared) { return shared.ended || shared.working; });
  }

 private:
  struct Shared {
    bool is_free() const { return !working && !question; }

    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Question> question;  // not begun
    std::optional<Answer> answer;
    bool working = false;     // answers, or hands the answer on
    bool handing_on = false;  // the latter
    bool waiting = false;     // somebody waits for the answer
    bool ending = false, ended = false;
    Late late;
  };

  template <typename Condition>
  void wait_to_end(Time limit, Condition condition) {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait_until(lock, limit, [&] { return condition(*shared_); });
  }

  static void run(Shared& shared, const std::function<Worker()>& make_worker) {
    Worker worker = make_worker();
    std::unique_lock lock(shared.mutex);
    while (true) {
      shared.changed.wait(lock, [&] { return shared.question || shared.ending; });
      if (shared.ending) break;
      const Question question = *std::exchange(shared.question, std::nullopt);
      shared.working = true;
      lock.unlock();
      Answer answer = worker(question);
      lock.lock();
      if (shared.waiting)
        shared.answer = std::move(answer);
      else if (!shared.ending)
        hand_on(shared, question, std::move(answer), lock);
      shared.working = false;
      shared.changed.notify_all();
    }
    lock.unlock();
    worker = nullptr;  // closes its connection
    lock.lock();
    shared.ended = true;
    shared.changed.notify_all();
  }

  static void hand_on(Shared& shared, const Question& question, Answer answer, std::unique_lock<std::mutex>& lock) {
    shared.handing_on = true;
    lock.unlock();
    shared.late(question, std::move(answer));
    lock.lock();
    shared.handing_on = false;
  }

  std::shared_ptr<Shared> shared_;  // outlives us where the thread hangs
};

}  // namespace hotspot::virt
