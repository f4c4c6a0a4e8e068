#include "collectd-plugin/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "tests/support/wait.h"

namespace hotspot::collector {
namespace {

using hotspot::testing::wait_for;
using ::testing::ElementsAre;

// A notification plugin that hangs until it is let go.
class NotifierTest : public ::testing::Test {
 protected:
  // Shared with the thread, which may outlive the test's notifier.
  struct Seen {
    std::mutex mutex;
    std::condition_variable changed;
    bool hangs = false;
    std::size_t inside = 0, lost = 0;
    std::vector<std::string> messages;
  };
  std::unique_ptr<Notifier> make() {
    return std::make_unique<Notifier>(
        [seen = seen_](const Notice& notice) {
          std::unique_lock lock(seen->mutex);
          ++seen->inside;
          seen->changed.wait(lock, [&] { return !seen->hangs; });
          seen->messages.push_back(notice.message);
        },
        [seen = seen_](std::size_t lost) {
          const std::lock_guard lock(seen->mutex);
          seen->lost += lost;
        });
  }
  void hang(bool on) {
    const std::lock_guard lock(seen_->mutex);
    seen_->hangs = on;
    seen_->changed.notify_all();
  }
  std::size_t messages() {
    const std::lock_guard lock(seen_->mutex);
    return seen_->messages.size();
  }
  std::size_t inside() {
    const std::lock_guard lock(seen_->mutex);
    return seen_->inside;
  }
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
};

TEST_F(NotifierTest, SendsInOrder) {
  const auto notifier = make();
  for (const char* text : {"one", "two", "three"}) notifier->push({.message = text});
  ASSERT_TRUE(wait_for([&] { return messages() == 3; }));
  EXPECT_THAT(seen_->messages, ElementsAre("one", "two", "three"));
}

TEST_F(NotifierTest, ANotificationPluginThatHangsHoldsUpNobodyAndTheOldestGiveWay) {
  const auto notifier = make();
  hang(true);
  notifier->push({.message = "hangs"});
  ASSERT_TRUE(wait_for([&] { return inside() == 1; }));
  for (std::size_t i = 0; i < Notifier::kMostWaiting + 10; ++i) notifier->push({.message = std::to_string(i)});
  EXPECT_EQ(messages(), 0u) << "push() came back though nothing was sent";
  hang(false);
  ASSERT_TRUE(wait_for([&] { return messages() == 1 + Notifier::kMostWaiting; }));
  EXPECT_EQ(seen_->lost, 10u);
  EXPECT_EQ(seen_->messages[1], "10") << "the oldest gave way";
}

TEST_F(NotifierTest, EndsInTimeThoughANotificationPluginHangs) {
  auto notifier = make();
  hang(true);
  notifier->push({.message = "hangs"});
  ASSERT_TRUE(wait_for([&] { return inside() == 1; }));
  const auto began = std::chrono::steady_clock::now();
  notifier.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, Notifier::kFarewell * 3);
  hang(false);
}

}  // namespace
}  // namespace hotspot::collector
