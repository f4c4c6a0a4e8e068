// A thread that may hang, and what only it uses: a connection to libvirt that it opens, uses and closes.
//
// It handles one question at a time. The caller waits for the answer for a limited time; a later answer is passed on
// from the thread. At the end, a thread that hangs is left behind. A hanging question blocks this thread and never
// another. For calls on a connection that threads share, each in a thread of its own, see timed_calls.h.
//
// Thread rule: one thread at a time, except for is_free(), which any thread may call.
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

  // make_worker and late are called in the thread, in which the worker is also destroyed; late never after the
  // destructor. None of the three may throw.
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

  // It is neither working nor passing on an answer, and has no waiting question.
  bool is_free() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->is_free();
  }
  bool wait_until_free(Time limit) {
    std::unique_lock lock(shared_->mutex);
    return shared_->changed.wait_until(lock, limit, [&] { return shared_->is_free(); });
  }

  // Precondition: free. Empty: no answer within the limit; it will be late.
  std::optional<Answer> ask(Question question, Time limit) {
    std::unique_lock lock(shared_->mutex);
    shared_->question = std::move(question);
    shared_->waiting = true;
    shared_->changed.notify_all();
    shared_->changed.wait_until(lock, limit, [&] { return shared_->answer.has_value(); });
    shared_->waiting = false;
    return std::exchange(shared_->answer, std::nullopt);
  }
  // Withdraws a question that has not begun. False: there is none.
  bool withdraw() {
    const std::lock_guard lock(shared_->mutex);
    return std::exchange(shared_->question, std::nullopt).has_value();
  }

  // No further question begins, and no late answer is passed on.
  void end() {
    const std::lock_guard lock(shared_->mutex);
    shared_->ending = true;
    shared_->changed.notify_all();
  }
  // After end(): waits until the worker has been destroyed.
  void wait_for_end(Time limit) {
    wait_to_end(limit, [](const Shared& shared) { return shared.ended; });
  }
  // The same, but does not wait for an answer.
  void wait_for_end_if_idle(Time limit) {
    wait_to_end(limit, [](const Shared& shared) { return shared.ended || shared.working; });
  }

 private:
  struct Shared {
    bool is_free() const { return !working && !question; }

    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Question> question;  // waiting
    std::optional<Answer> answer;
    bool working = false;     // handles a question, or passes on its answer
    bool handing_on = false;  // passes on an answer
    bool waiting = false;     // the caller waits for the result
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

  std::shared_ptr<Shared> shared_;  // outlives this object if the thread hangs
};

}  // namespace hotspot::virt
