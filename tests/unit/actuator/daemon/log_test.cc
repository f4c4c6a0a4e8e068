#include "actuator/daemon/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "actuator/daemon/log_writer.h"
#include "tests/support/wait.h"

namespace hotspot::daemon {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Milliseconds kLimit{5000};

// A pipe, which the test reads when it likes.
class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    for (const int end : ends_) close(end);
  }
  int in() const { return ends_[1]; }
  std::string read_all() const {
    std::string text;
    std::array<char, 4096> some{};
    for (ssize_t count = 0; (count = read(ends_[0], some.data(), some.size())) > 0;)
      text.append(some.data(), static_cast<std::size_t>(count));
    return text;
  }

 private:
  std::array<int, 2> ends_{};
};

std::size_t count_of(const std::string& text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

TEST(DaemonLogTest, UnderTheJournalEachLineHasThePriorityOfItsLevel) {
  Pipe pipe;
  DaemonLog log(pipe.in(), "debug", DaemonLog::Form::kJournal);
  log.line(loop::LogLevel::kDebug, "d");
  log.line(loop::LogLevel::kInfo, "i");
  log.line(loop::LogLevel::kWarning, "w");
  log.line(loop::LogLevel::kError, "e");
  ASSERT_TRUE(log.flush(kLimit));
  EXPECT_EQ(pipe.read_all(), "<7>d\n<6>i\n<4>w\n<3>e\n");
}

TEST(DaemonLogTest, ElsewhereALineHasItsTimeAndItsLevel) {
  Pipe pipe;
  DaemonLog log(pipe.in(), "info", DaemonLog::Form::kPlain);
  log.line(loop::LogLevel::kDebug, "not at this level");
  log.line(loop::LogLevel::kWarning, "w");
  ASSERT_TRUE(log.flush(kLimit));
  EXPECT_THAT(pipe.read_all(), AllOf(StartsWith("20"), EndsWith(" warning: w\n")));
}

TEST(DaemonLogTest, ANameForgesNoLineAndNoPriority) {
  Pipe pipe;
  DaemonLog log(pipe.in(), "info", DaemonLog::Form::kJournal);
  log.line(loop::LogLevel::kInfo, "domain web\n<0>the node is on fire\x1b[31m\xe2\x80\xae is well");
  log.line(loop::LogLevel::kInfo, "qemu+ssh://root:s3cret@h1/system does not answer");
  log.line(loop::LogLevel::kInfo, std::string(100'000, 'x'));
  ASSERT_TRUE(log.flush(kLimit));
  const std::string text = pipe.read_all();
  EXPECT_EQ(text,
            "<6>domain web\\x0a<0>the node is on fire\\x1b[31m\\u202e is well\n"
            "<6>qemu+ssh://root:****@h1/system does not answer\n<6>" +
                std::string(2000, 'x') + "…\n");
}

TEST(DaemonLogTest, APipeThatNobodyReadsBlocksNobodyAndTheGapIsSaidAfterwards) {
  Pipe pipe;
  DaemonLog log(pipe.in(), "info", DaemonLog::Form::kJournal);
  const std::string line(500, 'x');
  for (int i = 0; i < 10'000; ++i) log.line(loop::LogLevel::kInfo, line);  // five times what it keeps
  EXPECT_FALSE(log.flush(Milliseconds(1)));
  std::string text;
  ASSERT_TRUE(hotspot::testing::wait_for([&] {
    text += pipe.read_all();
    return log.flush(Milliseconds(1)) || text.find("missing here") != std::string::npos;
  }));
  log.line(loop::LogLevel::kInfo, "well again");
  ASSERT_TRUE(hotspot::testing::wait_for([&] {
    text += pipe.read_all();
    return text.find("well again") != std::string::npos;
  }));
  EXPECT_THAT(text, HasSubstr("\n<4>"));
  EXPECT_THAT(text, HasSubstr(" lines of this log are missing here: nobody read it for "));
  const std::size_t at = text.find("\n<4>") + 4;
  const std::size_t missing = std::stoul(text.substr(at));
  EXPECT_EQ(count_of(text, '\n') - 2 + missing, 10'000u) << "each line is there or counted";
}

TEST(DaemonLogTest, ItsThreadTakesNoSignalFromThoseThatWaitForOne) {
  Pipe pipe;
  DaemonLog log(pipe.in(), "info", DaemonLog::Form::kJournal);
  sigset_t hangup, before;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &hangup, &before);
  kill(getpid(), SIGHUP);  // ends the process if any thread lets it through
  log.line(loop::LogLevel::kInfo, "still here");
  ASSERT_TRUE(log.flush(kLimit));
  const timespec at_once{};
  EXPECT_EQ(sigtimedwait(&hangup, nullptr, &at_once), SIGHUP);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(DaemonLogTest, OneThatWasClosedIsNoReasonToWait) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  signal(SIGPIPE, SIG_IGN);
  close(ends[0]);
  DaemonLog log(ends[1], "info", DaemonLog::Form::kJournal);
  for (int i = 0; i < 1000; ++i) log.line(loop::LogLevel::kInfo, "to nobody");
  EXPECT_TRUE(log.flush(kLimit));
  close(ends[1]);
}

TEST(DaemonLogTest, TheJournalIsKnownByItsDeviceAndInode) {
  Pipe pipe;
  struct stat status {};
  ASSERT_EQ(fstat(pipe.in(), &status), 0);
  const std::string stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_TRUE(is_journal(stream.c_str(), pipe.in()));
  EXPECT_FALSE(is_journal("8:4711", pipe.in())) << "a daemon whose standard error was sent to a file has it, too";
  EXPECT_FALSE(is_journal(nullptr, pipe.in()));
}

}  // namespace
}  // namespace hotspot::daemon
