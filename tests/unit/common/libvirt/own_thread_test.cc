#include "common/libvirt/own_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/support/wait.h"

namespace hotspot::virt {
namespace {

using hotspot::testing::wait_for;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Thread = OwnThread<int, int>;
using Clock = std::chrono::steady_clock;

// Answers with the question's double; a negative question is answered after release(). Outlives its threads.
struct Oracle {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  std::vector<int> begun, late;
  std::atomic<int> workers = 0;

  int answer(int question) {
    std::unique_lock lock(mutex);
    begun.push_back(question);
    changed.notify_all();
    changed.wait(lock, [&] { return question >= 0 || open; });
    return 2 * question;
  }
  void release() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
  std::vector<int> begun_so_far() {
    const std::lock_guard lock(mutex);
    return begun;
  }
  std::vector<int> late_so_far() {
    const std::lock_guard lock(mutex);
    return late;
  }
};

class OwnThreadTest : public ::testing::Test {
 protected:
  ~OwnThreadTest() override {
    oracle_->release();
    thread_.reset();
    EXPECT_TRUE(wait_for([this] { return oracle_->workers == 0; })) << "a worker is left over";
  }

  static std::unique_ptr<Thread> thread_of(const std::shared_ptr<Oracle>& oracle) {
    return std::make_unique<Thread>(
        [oracle] {
          ++oracle->workers;
          const std::shared_ptr<int> counted(new int, [oracle](const int* one) {
            delete one;
            --oracle->workers;
          });
          return Thread::Worker([oracle, counted](const int& question) { return oracle->answer(question); });
        },
        [oracle](const int&, int answer) {
          const std::lock_guard lock(oracle->mutex);
          oracle->late.push_back(answer);
        });
  }
  static Clock::time_point in(std::chrono::milliseconds time) { return Clock::now() + time; }

  static constexpr std::chrono::milliseconds kLong{20'000}, kShort{20};
  std::shared_ptr<Oracle> oracle_ = std::make_shared<Oracle>();
  std::unique_ptr<Thread> thread_ = thread_of(oracle_);
};

TEST_F(OwnThreadTest, AnswersOneQuestionAfterTheOther) {
  EXPECT_EQ(thread_->ask(1, in(kLong)), 2);
  ASSERT_TRUE(thread_->wait_until_free(in(kLong)));
  EXPECT_EQ(thread_->ask(2, in(kLong)), 4);
  EXPECT_THAT(oracle_->late_so_far(), IsEmpty());
}

TEST_F(OwnThreadTest, HandsALateAnswerOnBeforeItIsFreeAgain) {
  EXPECT_EQ(thread_->ask(-1, in(kShort)), std::nullopt);
  EXPECT_FALSE(thread_->is_free());
  EXPECT_FALSE(thread_->wait_until_free(in(kShort)));
  oracle_->release();
  ASSERT_TRUE(thread_->wait_until_free(in(kLong)));
  EXPECT_THAT(oracle_->late_so_far(), ElementsAre(-2));
}

TEST_F(OwnThreadTest, KeepsAQuestionThatItHasBegunAndGivesBackNone) {
  EXPECT_EQ(thread_->ask(-1, in(kShort)), std::nullopt);
  ASSERT_TRUE(wait_for([this] { return oracle_->begun_so_far().size() == 1; }));
  EXPECT_FALSE(thread_->withdraw());
}

TEST_F(OwnThreadTest, EndsItsWorkerWhereNothingHangs) {
  ASSERT_EQ(thread_->ask(1, in(kLong)), 2);
  thread_->end();
  thread_->wait_for_end(in(kLong));
  EXPECT_EQ(oracle_->workers, 0);
}

TEST_F(OwnThreadTest, IsLeftBehindWhereItHangsAndHandsNothingOnAnyMore) {
  EXPECT_EQ(thread_->ask(-1, in(kShort)), std::nullopt);
  ASSERT_TRUE(wait_for([this] { return oracle_->begun_so_far().size() == 1; }));
  thread_->end();
  const auto began = Clock::now();
  thread_->wait_for_end_if_idle(in(kLong));
  EXPECT_LT(Clock::now() - began, kLong / 2) << "whoever does not wait for an answer went on at once";
  thread_->wait_for_end(in(kShort));
  thread_.reset();
  EXPECT_EQ(oracle_->workers, 1);
  oracle_->release();
  ASSERT_TRUE(wait_for([this] { return oracle_->workers == 0; }));
  EXPECT_THAT(oracle_->late_so_far(), IsEmpty());
}

}  // namespace
}  // namespace hotspot::virt
