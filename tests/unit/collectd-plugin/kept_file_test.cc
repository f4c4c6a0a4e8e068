// Files that stay open, on the real /proc: no folder can look like it here.
#include "collectd-plugin/kept_file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace hotspot::collector {
namespace {

// A process that waits until it is ended.
class Child {
 public:
  Child() : pid_(fork()) {
    if (pid_ != 0) return;
    while (true) pause();
  }
  ~Child() { end(); }
  void end() {
    if (pid_ > 0) kill(pid_, SIGKILL), waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  std::string stat() const { return "/proc/" + std::to_string(pid_) + "/stat"; }

 private:
  pid_t pid_;
};

KeptFileBudget budget_of(std::size_t files) { return std::make_shared<std::size_t>(files); }

TEST(KeptFileTest, TellsWhatTheKernelSaysNowAtEachRead) {
  SmallFile buffer;
  KeptFile file("/proc/self/comm", budget_of(1));
  std::ofstream("/proc/self/comm") << "before";
  ASSERT_EQ(file.read(buffer), "before\n");
  EXPECT_TRUE(file.is_kept());
  std::ofstream("/proc/self/comm") << "after";
  EXPECT_EQ(file.read(buffer), "after\n");
}

TEST(KeptFileTest, TellsNothingOfAProcessThatIsGoneAndGivesItsPlaceBack) {
  SmallFile buffer;
  Child child;
  const auto budget = budget_of(1);
  KeptFile file(child.stat(), budget);
  ASSERT_TRUE(file.read(buffer));
  EXPECT_EQ(*budget, 0u);
  child.end();
  EXPECT_FALSE(file.read(buffer));
  EXPECT_FALSE(file.is_kept());
  EXPECT_EQ(*budget, 1u);
  EXPECT_FALSE(file.read(buffer));
}

TEST(KeptFileTest, ReadsBeyondTheBoundWithoutKeeping) {
  SmallFile buffer;
  const auto budget = budget_of(1);
  KeptFile first("/proc/self/stat", budget);
  ASSERT_TRUE(first.read(buffer));
  KeptFile second("/proc/self/comm", budget);
  EXPECT_TRUE(second.read(buffer));
  EXPECT_TRUE(second.read(buffer));
  EXPECT_FALSE(second.is_kept());
  first = KeptFile();
  EXPECT_TRUE(second.read(buffer));
  EXPECT_TRUE(second.is_kept()) << "the first gave its place back";
}

TEST(KeptFileTest, GivesItsPlaceBackOnceWhereItIsMoved) {
  SmallFile buffer;
  const auto budget = budget_of(1);
  {
    KeptFile file("/proc/self/stat", budget);
    ASSERT_TRUE(file.read(buffer));
    KeptFile moved(std::move(file));
    EXPECT_TRUE(moved.read(buffer));
    EXPECT_EQ(*budget, 0u);
  }
  EXPECT_EQ(*budget, 1u);
}

// It would tell what was written in the old one for ever.
TEST(KeptFileTest, DoesNotKeepAFileOfADisk) {
  SmallFile buffer;
  const std::string path = ::testing::TempDir() + "/hotspot-kept-" + std::to_string(getpid());
  std::ofstream(path) << "1";
  KeptFile file(path, budget_of(1));
  EXPECT_EQ(file.read(buffer), "1");
  std::filesystem::remove(path);
  std::ofstream(path) << "2";
  EXPECT_EQ(file.read(buffer), "2");
  EXPECT_FALSE(file.is_kept());
  std::filesystem::remove(path);
}

TEST(KeptFileTest, LeavesAtLeastHalfOfTheOpenFilesToOthers) {
  EXPECT_LE(*kept_file_budget(), static_cast<std::size_t>(sysconf(_SC_OPEN_MAX)) / 2);
  EXPECT_GT(*kept_file_budget(), 0u);
}

}  // namespace
}  // namespace hotspot::collector
