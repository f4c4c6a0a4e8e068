// Threads that wait for what may never answer, so that nobody else has to.
//
// A question goes to a lane that is free. One that is not answered in time blocks its lane and nothing else: the next
// question takes another lane, up to kMost; a late answer is kept and is there at the next take(). At the end, lanes
// that are still blocked are left behind. Thread rule: ask() and take() from one thread at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace hotspot::collector {

template <typename Question, typename Answer>
class Lanes {
 public:
  static constexpr std::size_t kMost = 4;  // libvirtd takes five calls at a time from one client
  static constexpr std::chrono::milliseconds kFarewell{400};
  using Worker = std::function<Answer(const Question&)>;

  // make_worker is called in the lane's own thread, whose worker lives and ends there. It must not throw.
  explicit Lanes(std::function<Worker()> make_worker) : make_worker_(std::move(make_worker)) {}
  ~Lanes() {
    std::unique_lock lock(shared_->mutex);
    shared_->ending = true;
    shared_->changed.notify_all();
    shared_->changed.wait_for(lock, kFarewell, [&] { return shared_->alive == shared_->busy; });
  }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Waits for the answer, which is there with take() then. False: there is none yet, or no lane is free.
  bool ask(Question question, std::chrono::milliseconds patience) {
    std::unique_lock lock(shared_->mutex);
    const std::shared_ptr<Lane> lane = free_lane();
    if (!lane) return false;
    lane->question = std::move(question);
    lane->busy = true;
    ++shared_->busy;
    shared_->changed.notify_all();
    return shared_->changed.wait_for(lock, patience, [&] { return !lane->busy; });
  }

  // The answers that came since the last take, also late ones.
  std::vector<Answer> take() {
    const std::lock_guard lock(shared_->mutex);
    return std::exchange(shared_->answers, {});
  }

  // Lanes that wait for an answer.
  std::size_t blocked() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->busy;
  }

 private:
  struct Lane {
    std::optional<Question> question;
    bool busy = false;
  };
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool ending = false;
    std::size_t alive = 0, busy = 0;
    std::vector<Answer> answers;
  };

  std::shared_ptr<Lane> free_lane() {  // with the mutex held
    for (const auto& lane : lanes_) {
      if (!lane->busy) return lane;
    }
    if (lanes_.size() == kMost) return nullptr;
    lanes_.push_back(std::make_shared<Lane>());
    ++shared_->alive;
    std::thread([shared = shared_, lane = lanes_.back(), make_worker = make_worker_] {
      run(*shared, *lane, make_worker);
    }).detach();
    return lanes_.back();
  }

  static void run(Shared& shared, Lane& lane, const std::function<Worker()>& make_worker) {
    Worker worker = make_worker();
    std::unique_lock lock(shared.mutex);
    while (true) {
      shared.changed.wait(lock, [&] { return lane.question.has_value() || shared.ending; });
      if (shared.ending) break;
      const Question question = std::move(*lane.question);
      lane.question.reset();
      lock.unlock();
      Answer answer = worker(question);
      lock.lock();
      shared.answers.push_back(std::move(answer));
      lane.busy = false;
      --shared.busy;
      shared.changed.notify_all();
    }
    if (lane.busy) --shared.busy;  // asked, and not begun
    lane.busy = false;
    lock.unlock();
    worker = nullptr;  // closes its connection
    lock.lock();
    --shared.alive;
    shared.changed.notify_all();
  }

  std::function<Worker()> make_worker_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::vector<std::shared_ptr<Lane>> lanes_;
};

}  // namespace hotspot::collector
