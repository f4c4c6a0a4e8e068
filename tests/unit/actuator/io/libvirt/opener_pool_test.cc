#include "actuator/io/libvirt/opener_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "tests/support/wait.h"

namespace hotspot::io {
namespace {

using hotspot::testing::wait_for;

// Opens at once, or hangs until it is interrupted, or whatever is done until it is let go.
class Door : public Openable {
 public:
  enum class Kind { kOpens, kHangs, kHangsWhateverIsDone };
  explicit Door(Kind kind) : kind_(kind) {}
  ~Door() override { EXPECT_FALSE(inside_); }

  std::optional<Milliseconds> open() override {
    std::unique_lock lock(mutex_);
    ++attempts;
    inside_ = true;
    changed_.wait(lock, [this] { return kind_ == Kind::kOpens || std::exchange(interrupted_, false); });
    inside_ = false;
    if (kind_ != Kind::kOpens) return Milliseconds(1);
    opened = true;
    return std::nullopt;
  }
  void interrupt() override {
    const std::lock_guard lock(mutex_);
    interrupted_ = kind_ == Kind::kHangs;
    changed_.notify_all();
  }
  void postponed(const std::string& why) override {
    const std::lock_guard lock(mutex_);
    postponed_.push_back(why);
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    kind_ = Kind::kOpens;
    changed_.notify_all();
  }
  std::vector<std::string> told() {
    const std::lock_guard lock(mutex_);
    return postponed_;
  }
  std::atomic<int> attempts = 0;
  std::atomic<bool> opened = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Kind kind_;
  bool interrupted_ = false, inside_ = false;
  std::vector<std::string> postponed_;
};

using Doors = std::vector<std::shared_ptr<Door>>;

Doors doors(int count, Door::Kind kind) {
  Doors all;
  for (int i = 0; i < count; ++i) all.push_back(std::make_shared<Door>(kind));
  return all;
}

class Opening : public ::testing::Test {
 protected:
  void add(const Doors& all, Urgency urgency = Urgency::kNew) {
    for (const auto& door : all) pool_.add(door, urgency);
  }
  void TearDown() override { pool_.stop(Milliseconds(10'000)); }
  static bool all_open(const Doors& all) {
    return wait_for(
        [&] { return std::all_of(all.begin(), all.end(), [](const auto& door) { return door->opened.load(); }); });
  }
  OpenerPool pool_{{.openers = 8,
                    .first_limit = Milliseconds(20),
                    .longest_limit = Milliseconds(80),
                    .idle_limit = Milliseconds(20),
                    .postponed_after = Milliseconds(50)}};
};

TEST_F(Opening, HasNoMoreThreadsThanItMayHoweverManyHang) {
  const Doors hanging = doors(300, Door::Kind::kHangs);
  add(hanging);
  const Doors good = doors(100, Door::Kind::kOpens);
  add(good);
  EXPECT_TRUE(all_open(good)) << "though 300 that hang stood before them";
  EXPECT_LE(pool_.counts().threads, 8U);
  for (const auto& door : hanging) pool_.remove(door.get());
}

TEST_F(Opening, WhoIsNeededOrWasLostDoesNotWaitForThoseThatHangWhateverIsDone) {
  const Doors stuck = doors(50, Door::Kind::kHangsWhateverIsDone);
  add(stuck);
  ASSERT_TRUE(wait_for([&] { return pool_.counts().overdue == 6; })) << pool_.counts().overdue;
  const Doors lost = doors(20, Door::Kind::kOpens), needed = doors(20, Door::Kind::kOpens);
  add(lost, Urgency::kLost);
  add(needed, Urgency::kNeeded);
  EXPECT_TRUE(all_open(lost));
  EXPECT_TRUE(all_open(needed));
  EXPECT_LE(pool_.counts().threads, 8U);
  for (const auto& door : stuck) door->let_go();
  EXPECT_TRUE(all_open(stuck));
}

TEST_F(Opening, WhoWaitsForThreadsThatHangIsToldOnce) {
  const Doors stuck = doors(6, Door::Kind::kHangsWhateverIsDone);
  add(stuck);
  ASSERT_TRUE(wait_for([&] { return pool_.counts().overdue == 6; }));
  const Doors waiting = doors(1, Door::Kind::kOpens);
  add(waiting);
  ASSERT_TRUE(wait_for([&] { return !waiting[0]->told().empty(); }));
  EXPECT_EQ(waiting[0]->told(), std::vector<std::string>{"6 nodes that do not answer hold all threads that connect"});
  pool_.hurry(waiting[0].get(), Milliseconds(0));
  EXPECT_TRUE(all_open(waiting)) << "once an action needs it";
  for (const auto& door : stuck) door->let_go();
}

TEST_F(Opening, AnAttemptThatEndsEarlyEnoughGetsMoreTimeAtTheNext) {
  const Doors hanging = doors(1, Door::Kind::kHangs);
  add(hanging);
  EXPECT_TRUE(wait_for([&] { return hanging[0]->attempts >= 3; }));
  hanging[0]->let_go();
  EXPECT_TRUE(all_open(hanging));
}

TEST_F(Opening, ThreadsEndOnceThereIsNothingToOpen) {
  const Doors good = doors(20, Door::Kind::kOpens);
  add(good);
  EXPECT_TRUE(all_open(good));
  EXPECT_TRUE(wait_for([&] { return pool_.counts().threads == 0; })) << pool_.counts().threads;
}

TEST_F(Opening, ItsEndInterruptsWhatHangs) {
  const Doors hanging = doors(6, Door::Kind::kHangs);
  add(hanging);
  ASSERT_TRUE(wait_for([&] { return pool_.counts().attempts == 6; }));
  pool_.stop(Milliseconds(10'000));
  EXPECT_EQ(pool_.counts().threads, 0U);
}

TEST_F(Opening, WhoIsRemovedIsNotTriedAgain) {
  const Doors hanging = doors(1, Door::Kind::kHangs);
  add(hanging);
  ASSERT_TRUE(wait_for([&] { return hanging[0]->attempts >= 1; }));
  pool_.remove(hanging[0].get());
  hanging[0]->let_go();
  EXPECT_TRUE(wait_for([&] { return pool_.counts().attempts == 0 && pool_.counts().waiting == 0; }));
}

}  // namespace
}  // namespace hotspot::io
