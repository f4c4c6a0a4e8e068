// Threads for calls that may never return, so that nobody else has to wait for them.
//
// A question is given to a free lane. A question without a timely answer blocks only its lane: the next question uses
// another one, up to kMost; a late answer is kept until the next take(). The destructor leaves blocked lanes behind.
// Thread rule: ask() and take() from one thread at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "common/libvirt/own_thread.h"

namespace hotspot::collector {

template <typename Question, typename Answer>
class Lanes {
  using Lane = virt::OwnThread<Question, Answer>;

 public:
  static constexpr std::size_t kMost = 4;  // libvirtd accepts five simultaneous calls from one client
  static constexpr std::chrono::milliseconds kFarewell{400};
  using Worker = typename Lane::Worker;

  // make_worker is called in the lane's own thread, where the worker lives and is destroyed. It must not throw.
  explicit Lanes(std::function<Worker()> make_worker) : make_worker_(std::move(make_worker)) {}
  ~Lanes() {
    for (const auto& lane : lanes_) lane->end();
    const auto limit = std::chrono::steady_clock::now() + kFarewell;
    for (const auto& lane : lanes_) lane->wait_for_end_if_idle(limit);
  }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Waits for the answer, which take() then returns. False: there is none yet, or no lane is free.
  bool ask(Question question, std::chrono::milliseconds patience) {
    Lane* lane = free_lane();
    if (lane == nullptr) return false;
    auto answer = lane->ask(std::move(question), std::chrono::steady_clock::now() + patience);
    if (!answer) return false;
    answers_->add(std::move(*answer));
    return true;
  }

  // The answers that have arrived since the last call, including late ones.
  std::vector<Answer> take() { return answers_->take(); }

  // Number of lanes that wait for an answer.
  std::size_t blocked() const {
    return static_cast<std::size_t>(
        std::count_if(lanes_.begin(), lanes_.end(), [](const auto& lane) { return !lane->is_free(); }));
  }

 private:
  class Answers {
   public:
    void add(Answer answer) {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(answer));
    }
    std::vector<Answer> take() {
      const std::lock_guard lock(mutex_);
      return std::exchange(all_, {});
    }

   private:
    std::mutex mutex_;
    std::vector<Answer> all_;
  };

  Lane* free_lane() {
    const auto free = std::find_if(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->is_free(); });
    if (free != lanes_.end()) return free->get();
    if (lanes_.size() == kMost) return nullptr;
    const auto keep = [answers = answers_](const Question&, Answer answer) { answers->add(std::move(answer)); };
    return lanes_.emplace_back(std::make_unique<Lane>(make_worker_, keep)).get();
  }

  std::function<Worker()> make_worker_;
  std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace hotspot::collector
