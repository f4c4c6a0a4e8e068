// Who is asked for what, and what is told of those that do not answer.
#include "collectd-plugin/monitor_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

SteadyTime at(double seconds) {
  return SteadyTime() + std::chrono::duration_cast<SteadyTime::duration>(Seconds(1000 + seconds));
}

MonitorSubject running(const char* uuid, int id = 1) {
  return {.uuid = uuid, .name = std::string("name-") + uuid, .id = id, .running = true};
}

using Answers = MonitorPlan::Answers;

constexpr unsigned kBoth = kMemoryGroup | kDisksGroup;

// The memory at each 2nd second, the disks at each 6th, read each second.
class MonitorPlanTest : public ::testing::Test {
 protected:
  // One read at this second, in which `answering` answer what they are asked.
  MonitorQuestion read(double second, const std::vector<MonitorSubject>& subjects,
                       const std::vector<std::string>& answering) {
    MonitorQuestion question = plan_.question(subjects, at(second));
    MonitorAnswer answer{.at = at(second)};
    for (const auto& [groups, uuids] : question.groups) {
      for (const std::string& uuid : uuids) {
        if (std::find(answering.begin(), answering.end(), uuid) == answering.end()) continue;
        for (const MonitorSubject& subject : subjects) {
          if (subject.uuid == uuid) answer.groups.emplace_back(groups, reading_of(subject, second));
        }
      }
    }
    plan_.take(std::move(answer));
    plan_.finish(Answers::kCame);
    return question;
  }
  static DomainReading reading_of(const MonitorSubject& subject, double second) {
    DomainReading reading;
    reading.uuid = subject.uuid;
    reading.id = subject.id;
    reading.rss_bytes = 1;
    reading.balloon_bytes = static_cast<std::int64_t>(second);
    reading.disks.resize(1);
    reading.disks[0].read_ops = static_cast<std::uint64_t>(second);
    return reading;
  }
  DomainReading applied(const char* uuid, double second) {
    DomainReading reading;
    reading.uuid = uuid;
    plan_.apply(reading, at(second));
    return reading;
  }

  MonitorPlan plan_{GroupIntervals{.memory = Seconds(2), .disks = Seconds(6), .jobs = Seconds(6)}, Seconds(1)};
};

TEST_F(MonitorPlanTest, AsksForEachGroupAtItsOwnInterval) {
  std::vector<unsigned> asked;
  for (int second = 0; second < 8; ++second) {
    const auto question = read(second + (second % 2 == 1 ? 0.05 : -0.05), {running("a")}, {"a"});  // an inexact clock
    asked.push_back(question.groups.empty() ? 0 : question.groups.begin()->first);
  }
  EXPECT_THAT(asked, ElementsAre(kBoth, 0, kMemoryGroup, 0, kMemoryGroup, 0, kBoth, 0));
}

TEST_F(MonitorPlanTest, AsksANewDomainForEverythingAtOnce) {
  read(0, {running("a")}, {"a"});
  const auto question = read(1, {running("a"), running("b")}, {"a", "b"});
  EXPECT_THAT(question.groups, ElementsAre(Pair(kBoth, ElementsAre("b"))));
  EXPECT_THAT(question.jobs, ElementsAre("b"));
}

TEST_F(MonitorPlanTest, KeepsWhatItKnowsAndSaysThatItIsNotFresh) {
  read(0, {running("a")}, {"a"});
  EXPECT_TRUE(applied("a", 0).fresh.memory && applied("a", 0).fresh.disks);
  read(1, {running("a")}, {"a"});
  const DomainReading held = applied("a", 1);
  EXPECT_FALSE(held.fresh.memory || held.fresh.disks);
  EXPECT_EQ(held.balloon_bytes, 0);
  EXPECT_EQ(held.times.memory, at(0));
  EXPECT_EQ(held.disks.size(), 1u);
}

TEST_F(MonitorPlanTest, AsksForTheDisksAtOnceWhenTheOpenFilesChange) {
  auto domain = running("a");
  domain.open_files = 20;
  read(0, {domain}, {"a"});
  EXPECT_THAT(read(1, {domain}, {"a"}).groups, IsEmpty());
  domain.open_files = 21;
  EXPECT_THAT(read(2, {domain}, {"a"}).groups, ElementsAre(Pair(kBoth, ElementsAre("a"))));
  EXPECT_THAT(read(3, {domain}, {"a"}).groups, ElementsAre(Pair(kDisksGroup, ElementsAre("a"))))
      << "libvirt may learn of the disk a moment later";
  EXPECT_THAT(read(4, {domain}, {"a"}).groups, ElementsAre(Pair(kMemoryGroup, ElementsAre("a"))));
}

TEST_F(MonitorPlanTest, DoesNotAskAQemuThatIsStoppedAndAsksAtOnceWhenItGoesOn) {
  auto stopped = running("a");
  read(0, {stopped, running("b")}, {"a", "b"});
  stopped.stopped = true;
  const auto question = read(2, {stopped, running("b")}, {"b"});
  EXPECT_THAT(question.groups, ElementsAre(Pair(kMemoryGroup, ElementsAre("b"))));
  EXPECT_THAT(plan_.silent(), ElementsAre("name-a"));
  EXPECT_THAT(read(3, {running("a"), running("b")}, {"a", "b"}).groups, ElementsAre(Pair(kBoth, ElementsAre("a"))));
  EXPECT_THAT(plan_.silent(), IsEmpty());
}

TEST_F(MonitorPlanTest, NamesADomainThatDoesNotAnswerTwiceAndAsksItAgainAtEachRead) {
  read(0, {running("a"), running("b")}, {"b"});
  EXPECT_THAT(plan_.silent(), IsEmpty()) << "once may be another's call";
  EXPECT_THAT(read(1, {running("a"), running("b")}, {"b"}).groups, ElementsAre(Pair(kBoth, ElementsAre("a"))));
  EXPECT_THAT(plan_.silent(), ElementsAre("name-a"));
  read(2, {running("a"), running("b")}, {"a", "b"});
  EXPECT_THAT(plan_.silent(), IsEmpty());
}

TEST_F(MonitorPlanTest, DoesNotBlameTheDomainsWhenLibvirtItselfDoesNotAnswer) {
  for (int second = 0; second < 4; ++second) {
    plan_.question({running("a")}, at(second));
    plan_.finish(Answers::kNone);
  }
  EXPECT_THAT(plan_.silent(), IsEmpty());
}

TEST_F(MonitorPlanTest, ForgetsWhatIsTooOldToBeTold) {
  read(0, {running("a")}, {"a"});
  for (int second = 1; second <= 6; ++second) read(second, {running("a")}, {});
  EXPECT_EQ(applied("a", 6).balloon_bytes, std::nullopt) << "after 2.5 intervals of the memory";
  EXPECT_EQ(applied("a", 6).disks.size(), 1u);
  for (int second = 7; second <= 16; ++second) read(second, {running("a")}, {});
  EXPECT_THAT(applied("a", 16).disks, IsEmpty());
}

TEST_F(MonitorPlanTest, TakesALateAnswerAtTheNextRead) {
  const auto question = plan_.question({running("a")}, at(0));
  plan_.finish(Answers::kCame);
  EXPECT_EQ(applied("a", 0).balloon_bytes, std::nullopt);
  plan_.question({running("a")}, at(1));
  MonitorAnswer late{.at = at(0.5)};
  late.groups.emplace_back(kBoth, reading_of(running("a"), 7));
  plan_.take(std::move(late));
  plan_.finish(Answers::kCame);
  EXPECT_EQ(applied("a", 1).balloon_bytes, 7);
  EXPECT_TRUE(applied("a", 1).fresh.memory);
  EXPECT_EQ(applied("a", 1).times.memory, at(0.5));
}

TEST_F(MonitorPlanTest, KnowsNothingOfADomainThatWasStartedAnew) {
  read(0, {running("a", 1)}, {"a"});
  const auto question = plan_.question({running("a", 2)}, at(1));
  EXPECT_THAT(question.groups, ElementsAre(Pair(kBoth, ElementsAre("a"))));
  MonitorAnswer of_the_old{.at = at(1)};
  of_the_old.groups.emplace_back(kBoth, reading_of(running("a", 1), 5));
  plan_.take(std::move(of_the_old));
  EXPECT_EQ(applied("a", 1).balloon_bytes, std::nullopt);
}

TEST_F(MonitorPlanTest, DoesNotTakeTheBalloonsSizeAloneForAnAnswer) {
  plan_.question({running("a")}, at(0));
  MonitorAnswer busy{.at = at(0)};
  DomainReading reading = reading_of(running("a"), 5);
  reading.rss_bytes.reset();  // libvirt had no job on the domain: the guest was not asked
  reading.disks[0].read_ops.reset();
  busy.groups.emplace_back(kBoth, reading);
  plan_.take(std::move(busy));
  plan_.finish(Answers::kCame);
  EXPECT_EQ(applied("a", 0).balloon_bytes, std::nullopt);
  EXPECT_THAT(applied("a", 0).disks, IsEmpty());
}

TEST_F(MonitorPlanTest, FollowsAMigrationAtEachRead) {
  auto domain = running("a");
  read(0, {domain}, {"a"});
  domain.migrating_away = true;
  const auto question = plan_.question({domain}, at(1));
  EXPECT_THAT(question.jobs, ElementsAre("a"));
  MonitorAnswer answer{.at = at(1)};
  answer.jobs["a"] = {{"type", 2}, {"data_remaining", 5}};
  plan_.take(std::move(answer));
  EXPECT_TRUE(applied("a", 1).job_active);
  EXPECT_THAT(applied("a", 1).job, ElementsAre(Pair("type", 2), Pair("data_remaining", 5)));
  domain.migrating_away = false;
  EXPECT_THAT(plan_.question({domain}, at(2)).jobs, ElementsAre("a")) << "until libvirt says that it is over";
  MonitorAnswer over{.at = at(2)};
  over.jobs["a"] = {};
  plan_.take(std::move(over));
  EXPECT_FALSE(applied("a", 2).job_active);
  EXPECT_THAT(plan_.question({domain}, at(3)).jobs, IsEmpty());
}

TEST_F(MonitorPlanTest, AsksForCpuAtEachReadWhereTheKernelDoesNotShowItAndDoesNotSayACounterTwice) {
  auto domain = running("a");
  domain.needs_cpu = domain.needs_vcpus = true;
  constexpr unsigned kCpus = kCpuGroup | kVcpusGroup;
  EXPECT_THAT(plan_.question({domain}, at(0)).groups, ElementsAre(Pair(kBoth | kCpus, ElementsAre("a"))));
  MonitorAnswer answer{.at = at(0)};
  DomainReading reading = reading_of(domain, 0);
  reading.cpu_ns = 7;
  reading.vcpus = 1;
  reading.vcpu_readings.resize(1);
  answer.groups.emplace_back(kBoth | kCpus, reading);
  plan_.take(answer);
  plan_.finish(Answers::kCame);
  EXPECT_EQ(applied("a", 0).cpu_ns, 7u);
  EXPECT_EQ(applied("a", 0).vcpu_readings.size(), 1u);
  EXPECT_THAT(plan_.question({domain}, at(1)).groups, ElementsAre(Pair(kCpus, ElementsAre("a"))));
  plan_.finish(Answers::kCame);
  EXPECT_EQ(applied("a", 1).cpu_ns, std::nullopt);
  EXPECT_THAT(applied("a", 1).vcpu_readings, IsEmpty());
}

TEST_F(MonitorPlanTest, AsksNobodyWhoDoesNotRun) {
  auto paused = running("a");
  paused.running = false;
  EXPECT_TRUE(read(0, {paused}, {}).empty());
  EXPECT_THAT(plan_.silent(), IsEmpty());
}

TEST(MonitorPlan, MeasuresTheDirtyRateOnlyWhenAskedToAndNotDuringAMigration) {
  MonitorPlan plan({.memory = Seconds(100), .disks = Seconds(100), .jobs = Seconds(100), .dirty_rate = Seconds(60)},
                   Seconds(1));
  auto away = running("b");
  away.migrating_away = true;
  const std::vector<MonitorSubject> both{running("a"), away};
  EXPECT_THAT(plan.question(both, at(0)).start_dirty_rate, ElementsAre("a"));
  EXPECT_THAT(plan.question(both, at(1)).groups, ElementsAre(Pair(kMemoryGroup, ElementsAre("b"))))
      << "it takes a second; and who is asked for its job is asked for its memory, by which one sees whether it hangs";
  const auto question = plan.question(both, at(2));
  EXPECT_THAT(question.groups,
              UnorderedElementsAre(Pair(kMemoryGroup, ElementsAre("b")), Pair(kDirtyRateGroup, ElementsAre("a"))));
  EXPECT_THAT(question.start_dirty_rate, IsEmpty());
}

// A domain whose CPU the kernel shows, with libvirt's files as they were written at `written`.
MonitorSubject with_files(const char* uuid, std::int64_t written) {
  MonitorSubject subject = running(uuid);
  subject.stamp = DomainStamp{.state_inode = 1, .state_ns = written};
  return subject;
}

class MonitorPlanFilesTest : public MonitorPlanTest {
 protected:
  // One read at this second; the guest tells its balloon something, or never did.
  MonitorQuestion read(double second, const MonitorSubject& subject, bool tells, std::vector<NamedCount> job = {}) {
    MonitorQuestion question = plan_.question({subject}, at(second));
    MonitorAnswer answer{.at = at(second)};
    for (const auto& [groups, uuids] : question.groups) {
      DomainReading reading = reading_of(subject, second);
      if (tells) reading.memory_updated_at = 1;
      if (!uuids.empty()) answer.groups.emplace_back(groups, std::move(reading));
    }
    for (const std::string& uuid : question.jobs) answer.jobs[uuid] = job;
    plan_.take(std::move(answer));
    plan_.finish(Answers::kCame);
    return question;
  }
  // The seconds of twelve reads at which this is asked.
  template <typename Asked>
  std::vector<int> seconds_of(Asked asked, bool tells, bool with_stamp = true) {
    std::vector<int> seconds;
    for (int second = 0; second < 13; ++second) {
      const auto question = read(second, with_stamp ? with_files("a", 5) : running("a"), tells);
      if (asked(question)) seconds.push_back(second);
    }
    return seconds;
  }
  static bool asks_memory(const MonitorQuestion& question) {
    return !question.groups.empty() && (question.groups.begin()->first & kMemoryGroup) != 0;
  }
  static bool asks_job(const MonitorQuestion& question) { return !question.jobs.empty(); }
};

TEST_F(MonitorPlanFilesTest, DoesNotAskForAJobWhereTheFilesSayThatNoneBegan) {
  EXPECT_THAT(seconds_of(asks_job, true), ElementsAre(0));
  EXPECT_FALSE(applied("a", 12).job_active);
}

// What libvirt writes past its files, or into files that are not the ones looked at, is seen by then.
TEST_F(MonitorPlanFilesTest, AsksForAJobAfterTenIntervalsWhateverTheFilesSay) {
  std::vector<int> seconds;
  for (int second = 0; second <= 130; ++second)
    if (asks_job(read(second, with_files("a", 5), true))) seconds.push_back(second);
  EXPECT_THAT(seconds, ElementsAre(0, 60, 120));
}

TEST_F(MonitorPlanFilesTest, AsksForAJobAtItsIntervalWithoutFiles) {
  EXPECT_THAT(seconds_of(asks_job, true, false), ElementsAre(0, 6, 12));
}

TEST_F(MonitorPlanFilesTest, AsksForAJobAtOnceWhereTheFilesWereWrittenAnew) {
  read(0, with_files("a", 5), true);
  EXPECT_TRUE(asks_job(read(1, with_files("a", 6), true, {{"type", 1}})));
  EXPECT_TRUE(applied("a", 1).job_active);
  EXPECT_TRUE(asks_job(read(2, with_files("a", 6), true, {{"type", 1}}))) << "it is followed";
  EXPECT_TRUE(asks_job(read(3, with_files("a", 7), true))) << "and its end is seen";
  EXPECT_FALSE(asks_job(read(4, with_files("a", 7), true)));
  EXPECT_FALSE(applied("a", 4).job_active);
}

TEST_F(MonitorPlanFilesTest, AsksAGuestThatTellsOfItsMemoryAtTheInterval) {
  EXPECT_THAT(seconds_of(asks_memory, true), ElementsAre(0, 2, 4, 6, 8, 10, 12));
}

TEST_F(MonitorPlanFilesTest, AsksAGuestThatNeverToldAtEachSixthRead) {
  EXPECT_THAT(seconds_of(asks_memory, false), ElementsAre(0, 6, 12));
}

TEST_F(MonitorPlanFilesTest, AsksAGuestThatIsSilentForHalfAMinuteAtEach24thReadUntilItsFilesAreOthers) {
  std::vector<int> seconds;
  for (int second = 0; second <= 90; ++second)
    if (asks_memory(read(second, with_files("a", second < 80 ? 5 : 6), false))) seconds.push_back(second);
  EXPECT_THAT(seconds, ElementsAre(0, 6, 12, 18, 24, 30, 54, 60, 80, 86)) << "at 60 for a job too";
}

// Also when collectd is restarted: the guests do not boot again.
TEST_F(MonitorPlanFilesTest, AsksAGuestThatHasRunInSilenceForLongAtEach24thReadFromTheFirstOn) {
  std::vector<int> seconds;
  for (int second = 0; second <= 50; ++second) {
    MonitorSubject subject = with_files("a", 5);
    subject.age = Seconds(600 + second);
    if (asks_memory(read(second, subject, false))) seconds.push_back(second);
  }
  EXPECT_THAT(seconds, ElementsAre(0, 24, 48));
}

TEST_F(MonitorPlanFilesTest, AsksAGuestThatMayStillBootAtEachSixthReadUntilItHasRunForHalfAMinute) {
  std::vector<int> seconds;
  for (int second = 0; second <= 50; ++second) {
    MonitorSubject subject = with_files("a", 5);
    subject.age = Seconds(20 + second);
    if (asks_memory(read(second, subject, false))) seconds.push_back(second);
  }
  EXPECT_THAT(seconds, ElementsAre(0, 6, 12, 36));
}

TEST_F(MonitorPlanFilesTest, AsksSuchAGuestAtTheIntervalAgainAsSoonAsItTells) {
  std::vector<int> seconds;
  for (int second = 0; second <= 62; ++second)
    if (asks_memory(read(second, with_files("a", 5), second >= 54))) seconds.push_back(second);
  EXPECT_THAT(seconds, ElementsAre(0, 6, 12, 18, 24, 30, 54, 56, 58, 60, 62));
}

TEST_F(MonitorPlanFilesTest, AsksAGuestThatNeverToldAtTheIntervalWithoutFiles) {
  EXPECT_THAT(seconds_of(asks_memory, false, false), ElementsAre(0, 2, 4, 6, 8, 10, 12));
}

TEST_F(MonitorPlanFilesTest, TellsTheMemoryOfSuchAGuestAtTheIntervalAllTheSame) {
  read(0, with_files("a", 5), false);
  read(1, with_files("a", 5), false);
  EXPECT_FALSE(applied("a", 1).fresh.memory);
  EXPECT_FALSE(asks_memory(read(2, with_files("a", 5), false)));
  EXPECT_TRUE(applied("a", 2).fresh.memory);
  EXPECT_EQ(applied("a", 2).balloon_bytes, 0) << "as it was told at 0";
  EXPECT_EQ(applied("a", 2).times.memory, at(2));
}

TEST_F(MonitorPlanFilesTest, AsksSuchAGuestAtTheNextIntervalAfterItsBalloonChanged) {
  read(0, with_files("a", 5), false);
  EXPECT_TRUE(asks_memory(read(2, with_files("a", 6), false))) << "libvirt writes its files when the balloon changes";
  EXPECT_FALSE(asks_memory(read(4, with_files("a", 6), false)));
}

TEST_F(MonitorPlanFilesTest, AsksSuchAGuestWhoseResidentMemoryTheKernelDoesNotShow) {
  for (int second = 0; second < 5; second += 2) {
    MonitorSubject subject = with_files("a", 5);
    subject.needs_cpu = true;
    EXPECT_TRUE(asks_memory(read(second, subject, false))) << second;
  }
}

TEST_F(MonitorPlanFilesTest, TakesALateAnswerAsNoWordOnTheFilesOfNow) {
  plan_.question({with_files("a", 5)}, at(0));
  plan_.finish(Answers::kNone);
  const auto question = plan_.question({with_files("a", 6)}, at(1));
  ASSERT_FALSE(question.jobs.empty());
  MonitorAnswer late{.at = at(0.5)};
  late.jobs["a"] = {};
  plan_.take(std::move(late));
  plan_.finish(Answers::kCame);
  EXPECT_TRUE(asks_job(plan_.question({with_files("a", 6)}, at(2))));
}

}  // namespace
}  // namespace hotspot::collector
