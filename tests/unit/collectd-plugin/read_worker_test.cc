#include "collectd-plugin/read_worker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "tests/support/fakes/fake_hypervisor_reader.h"
#include "tests/support/wait.h"

namespace hotspot::collector {
namespace {

using fakes::FakeHypervisorReader;
using fakes::FakeLibvirt;
using hotspot::testing::wait_for;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Fault = ReadWorker::Fault;

constexpr milliseconds kLong = seconds(20);  // not reached
constexpr milliseconds kShort{30};           // for what hangs

class ReadWorkerTest : public ::testing::Test {
 protected:
  ~ReadWorkerTest() override {
    libvirt_->release();
    worker_.reset();
    EXPECT_TRUE(wait_for([this] { return libvirt_->readers() == 0; })) << "a reader is left over";
  }
  static std::string fault_of(const Result<Reading, ReadWorker::Failure>& read) {
    if (read) return "read";
    return std::string(read.error().fault == Fault::kTimedOut ? "timed out: " : "failed: ") + read.error().message;
  }

  std::shared_ptr<FakeLibvirt> libvirt_ = std::make_shared<FakeLibvirt>();
  std::unique_ptr<ReadWorker> worker_ =
      std::make_unique<ReadWorker>([libvirt = libvirt_] { return std::make_unique<FakeHypervisorReader>(libvirt); });
};

TEST_F(ReadWorkerTest, GivesOneReadingForEachTimeItIsAsked) {
  const auto first = worker_->read(kLong), second = worker_->read(kLong);
  ASSERT_TRUE(first) << fault_of(first);
  ASSERT_TRUE(second) << fault_of(second);
  EXPECT_EQ(first->node.fixed.name, "h1");
  EXPECT_EQ(second->taken_at - first->taken_at, seconds(1));
  EXPECT_EQ(libvirt_->asked(), 2);
}

TEST_F(ReadWorkerTest, PassesAnErrorOnAndAsksAgain) {
  libvirt_->go_away("cannot connect to libvirt at test:///h1: no such file");
  EXPECT_EQ(fault_of(worker_->read(kLong)), "failed: cannot connect to libvirt at test:///h1: no such file");
  libvirt_->come_back();
  EXPECT_EQ(fault_of(worker_->read(kLong)), "read");
}

TEST_F(ReadWorkerTest, AReaderThatHangsCostsTheLimitAndNoMore) {
  libvirt_->hang();
  const auto began = steady_clock::now();
  EXPECT_EQ(fault_of(worker_->read(kShort)), "timed out: libvirt has not answered in time");
  const auto took = steady_clock::now() - began;
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, seconds(5)) << std::chrono::duration<double>(took).count() << " s";
}

TEST_F(ReadWorkerTest, AsksNothingNewWhileTheReaderHangs) {
  libvirt_->hang();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fault_of(worker_->read(kShort)), "timed out: libvirt has not answered in time");
  EXPECT_EQ(libvirt_->asked(), 1);
}

TEST_F(ReadWorkerTest, ThrowsAReadingAwayThatCameTooLate) {
  const auto first = worker_->read(kLong);
  ASSERT_TRUE(first) << fault_of(first);
  libvirt_->hang();
  EXPECT_EQ(fault_of(worker_->read(kShort)), "timed out: libvirt has not answered in time");
  ASSERT_TRUE(wait_for([this] { return libvirt_->asked() == 2; }));
  libvirt_->release();
  ASSERT_TRUE(wait_for([this] { return libvirt_->answered() == 2; }));
  const auto third = worker_->read(kLong);
  ASSERT_TRUE(third) << fault_of(third);
  EXPECT_EQ(third->taken_at - first->taken_at, seconds(2)) << "the second reading's time was over";
}

TEST_F(ReadWorkerTest, ThrowsAnErrorAwayThatCameTooLate) {
  libvirt_->go_away("away");
  libvirt_->hang();
  EXPECT_EQ(fault_of(worker_->read(kShort)), "timed out: libvirt has not answered in time");
  // A question whose time is over before the thread takes it up is not asked.
  ASSERT_TRUE(wait_for([this] {
    if (libvirt_->asked() == 0) (void)worker_->read(kShort);
    return libvirt_->asked() == 1;
  }));
  libvirt_->come_back();
  libvirt_->release();
  EXPECT_EQ(fault_of(worker_->read(kLong)), "read");
}

TEST_F(ReadWorkerTest, EndsAtOnceAndClosesTheReaderWhenNothingHangs) {
  ASSERT_TRUE(worker_->read(kLong));
  worker_.reset();
  EXPECT_EQ(libvirt_->readers(), 0);
}

TEST_F(ReadWorkerTest, EndsWhileTheReaderHangs) {
  libvirt_->hang();
  EXPECT_FALSE(worker_->read(kShort));
  const auto began = steady_clock::now();
  worker_.reset();
  const auto took = steady_clock::now() - began;
  EXPECT_LT(took, ReadWorker::kFarewell + seconds(5)) << std::chrono::duration<double>(took).count() << " s";
  EXPECT_EQ(libvirt_->readers(), 1) << "it is left behind";
}

TEST_F(ReadWorkerTest, EndsWithoutHavingBeenAsked) {
  worker_.reset();
  EXPECT_EQ(libvirt_->asked(), 0);
}

TEST(ReadWorkerWithABadReader, MakesAnErrorOfAnException) {
  class Throwing : public HypervisorReader {
   public:
    Result<Reading> read() override { throw std::runtime_error("out of luck"); }
  };
  ReadWorker worker([] { return std::make_unique<Throwing>(); });
  for (int i = 0; i < 2; ++i) {
    const auto read = worker.read(kLong);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().fault, Fault::kFailed);
    EXPECT_EQ(read.error().message, "the reading failed: out of luck");
  }
}

}  // namespace
}  // namespace hotspot::collector
