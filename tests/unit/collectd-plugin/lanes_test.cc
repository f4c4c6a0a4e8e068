// Questions to those who may never answer.
#include "collectd-plugin/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/wait.h"

namespace hotspot::collector {
namespace {

using hotspot::testing::wait_for;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using TestLanes = Lanes<int, int>;

// Answers with the question's double; a negative question is answered after release().
class Oracle {
 public:
  std::function<TestLanes::Worker()> maker() {
    return [this] {
      ++workers;
      return TestLanes::Worker([this](const int& question) {
        std::unique_lock lock(mutex_);
        released_.wait(lock, [&] { return question >= 0 || open_; });
        return 2 * question;
      });
    };
  }
  void release() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    released_.notify_all();
  }
  std::atomic<int> workers = 0;

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  bool open_ = false;
};

constexpr milliseconds kLong{20'000}, kShort{20};

TEST(Lanes, AnswersInOneLaneAsLongAsThatIsFree) {
  Oracle oracle;
  TestLanes lanes(oracle.maker());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(lanes.ask(i, kLong));
  EXPECT_THAT(lanes.take(), ElementsAre(0, 2, 4, 6, 8));
  EXPECT_THAT(lanes.take(), IsEmpty());
  EXPECT_EQ(oracle.workers, 1);
}

TEST(Lanes, AnswerOthersWhileOneIsBlockedAndKeepTheLateAnswer) {
  Oracle oracle;
  TestLanes lanes(oracle.maker());
  EXPECT_FALSE(lanes.ask(-1, kShort));
  EXPECT_TRUE(lanes.ask(5, kLong));
  EXPECT_THAT(lanes.take(), ElementsAre(10));
  EXPECT_EQ(lanes.blocked(), 1u);
  oracle.release();
  ASSERT_TRUE(wait_for([&] { return lanes.blocked() == 0; }));
  EXPECT_THAT(lanes.take(), ElementsAre(-2));
}

TEST(Lanes, AreAtMostSoManyAndSayNoAtOnceWhenAllAreBlocked) {
  Oracle oracle;
  {
    TestLanes lanes(oracle.maker());
    for (std::size_t i = 0; i < TestLanes::kMost; ++i) EXPECT_FALSE(lanes.ask(-1, kShort));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(lanes.ask(1, kLong));
    EXPECT_EQ(lanes.blocked(), TestLanes::kMost);
    oracle.release();
    ASSERT_TRUE(wait_for([&] { return lanes.blocked() == 0; }));
    EXPECT_TRUE(lanes.ask(1, kLong));
  }
}

TEST(Lanes, AreLeftBehindAtTheEndWhenTheyAreBlocked) {
  static Oracle oracle;  // outlives the lane that is left behind
  const auto began = std::chrono::steady_clock::now();
  {
    TestLanes lanes(oracle.maker());
    EXPECT_FALSE(lanes.ask(-1, kShort));
    EXPECT_TRUE(lanes.ask(1, kLong));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  oracle.release();
}

}  // namespace
}  // namespace hotspot::collector
