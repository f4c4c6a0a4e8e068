// What the kernel shows of a QEMU process, on a folder that looks like /proc.
#include "collectd-plugin/domain_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hotspot::collector {
namespace {

constexpr const char* kUuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";

class DomainProcessTest : public ::testing::Test {
 protected:
  ~DomainProcessTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  // A QEMU with this number, of that state, started at that tick.
  void qemu(const std::string& pid, const char* state = "S", const char* started = "77") {
    using std::string_literals::operator""s;
    write(pid + "/cmdline",
          "/usr/bin/qemu\0-name\0guest=a,debug-threads=on\0-uuid\0"s + kUuid + "\0-no-user-config\0"s);
    write(pid + "/stat", pid + " (qemu (odd) name) " + state + " 1 1 1 0 -1 0 0 0 0 0 30 12 0 0 20 0 5 0 " + started +
                             " 1000 25 18446744073709551615 0 0\n");
    thread(pid, "1", "qemu-system-x86");
  }
  void thread(const std::string& pid, const std::string& id, const std::string& name,
              const std::string& schedstat = "1 2 3") {
    write(pid + "/task/" + id + "/comm", name + "\n");
    write(pid + "/task/" + id + "/schedstat", schedstat + "\n");
  }
  DomainProcesses processes() { return DomainProcesses(folder_); }

  std::string folder_ = [] {
    std::string made = ::testing::TempDir() + "/hotspot-process-XXXXXX";
    return std::string(mkdtemp(made.data()));
  }();
  const std::uint64_t tick_ns_ = 1'000'000'000u / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
};

TEST_F(DomainProcessTest, ReadsWhatTheProcessUsedWhereThereIsNoControlGroup) {
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  const auto read = all.read(kUuid);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->cpu.total_ns, 42 * tick_ns_);
  EXPECT_EQ(read->cpu.user_ns, 30 * tick_ns_);
  EXPECT_EQ(read->cpu.system_ns, 12 * tick_ns_);
  EXPECT_EQ(read->rss_bytes, 25 * sysconf(_SC_PAGESIZE));
  EXPECT_FALSE(read->stopped);
  EXPECT_FALSE(read->migrating_away);
}

TEST_F(DomainProcessTest, TellsWhenTheProcessBeganByTheBootOfTheNode) {
  const auto ticks = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  write("stat", "cpu  1 2 3 4\nintr 5 0 0\nctxt 9\nbtime 1795000000\nprocesses 12\n");
  qemu("471", "S", std::to_string(120 * ticks + ticks / 2).c_str());
  auto all = processes();
  all.find({kUuid});
  EXPECT_EQ(all.read(kUuid)->started_at, 1'795'000'120);
  write("stat", "btime 1795000001\n");
  EXPECT_EQ(all.read(kUuid)->started_at, 1'795'000'120) << "the kernel makes btime of the wall clock at each look";
}

TEST_F(DomainProcessTest, DoesNotGuessWhenTheProcessBegan) {
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  EXPECT_EQ(all.read(kUuid)->started_at, std::nullopt) << "there is no /proc/stat";
}

TEST_F(DomainProcessTest, ReadsEachVcpuAndSeesOneThatIsPluggedIn) {
  qemu("471");
  thread("471", "9", "CPU 1/KVM", "500 60 7");
  thread("471", "8", "CPU 0/TCG", "400 50 7");
  auto all = processes();
  all.find({kUuid});
  auto read = all.read(kUuid);
  ASSERT_EQ(read->vcpus.size(), 2u);
  EXPECT_EQ(read->vcpus[0].vcpu, 0);
  EXPECT_EQ(read->vcpus[0].time_ns, 400u);
  EXPECT_EQ(read->vcpus[0].delay_ns, 50u);
  EXPECT_EQ(read->vcpus[0].wait_ns, std::nullopt) << "the kernel does not keep it";
  EXPECT_EQ(read->vcpus[1].time_ns, 500u);
  thread("471", "12", "CPU 2/KVM", "1 1 1");
  std::filesystem::remove_all(folder_ + "/471/task/9");
  read = all.read(kUuid);
  ASSERT_EQ(read->vcpus.size(), 2u);
  EXPECT_EQ(read->vcpus[1].vcpu, 2);
}

TEST_F(DomainProcessTest, ReadsTheWaitWhereTheKernelKeepsIt) {
  write("sys/kernel/sched_schedstats", "1\n");
  qemu("471");
  thread("471", "8", "CPU 0/KVM", "400 50 7");
  write("471/task/8/sched", "CPU 0/KVM (8, #threads: 5)\n---\nsum_exec_runtime : 5.1\nwait_sum : 12.000345\n");
  auto all = processes();
  all.find({kUuid});
  EXPECT_EQ(all.read(kUuid)->vcpus.at(0).wait_ns, 12'000'345u);
}

TEST_F(DomainProcessTest, SeesThatItIsStoppedAndThatItMigrates) {
  qemu("471", "T");
  thread("471", "9", "live_migration");
  auto all = processes();
  all.find({kUuid});
  EXPECT_TRUE(all.read(kUuid)->stopped);
  EXPECT_TRUE(all.read(kUuid)->migrating_away);
}

TEST_F(DomainProcessTest, TakesOneThatWaitsInTheKernelForStoppedWhenItStillDoesAtTheNextRead) {
  qemu("471", "D");
  auto all = processes();
  all.find({kUuid});
  EXPECT_FALSE(all.read(kUuid)->stopped) << "a moment in the kernel is nothing";
  EXPECT_TRUE(all.read(kUuid)->stopped);
  qemu("471", "S");
  EXPECT_FALSE(all.read(kUuid)->stopped);
}

// While libvirt's files are the same and so is the number of threads, nobody lists them.
TEST_F(DomainProcessTest, KnowsItsThreadsWhileNothingChanged) {
  const DomainStamp one{.state_inode = 1}, other{.state_inode = 2};
  qemu("471");
  thread("471", "8", "CPU 0/KVM", "400 50 7");
  auto all = processes();
  all.find({kUuid});
  for (int i = 0; i < 5; ++i) ASSERT_EQ(all.read(kUuid, one)->vcpus.size(), 1u);
  thread("471", "9", "CPU 1/KVM");
  EXPECT_EQ(all.read(kUuid, one)->vcpus.size(), 1u) << "its stat has as many threads as before";
  thread("471", "8", "CPU 0/KVM", "401 50 7");
  EXPECT_EQ(all.read(kUuid, one)->vcpus[0].time_ns, 401u) << "what they used is read each time";
  EXPECT_EQ(all.read(kUuid, other)->vcpus.size(), 2u) << "libvirt wrote its file";
  for (int i = 0; i < 5; ++i) all.read(kUuid, other);
  thread("471", "10", "live_migration");
  std::string stat =
      "471 (qemu (odd) name) S 1 1 1 0 -1 0 0 0 0 0 30 12 0 0 20 0 6 0 77 1000 25 18446744073709551615\n";
  write("471/stat", stat);
  EXPECT_TRUE(all.read(kUuid, other)->migrating_away) << "it has one thread more";
  std::filesystem::remove_all(folder_ + "/471/task/10");
  EXPECT_FALSE(all.read(kUuid, other)->migrating_away) << "one that migrates is looked at each time";
}

TEST_F(DomainProcessTest, LooksAtItsThreadsWhereOneIsGone) {
  const DomainStamp one{.state_inode = 1};
  qemu("471");
  thread("471", "8", "CPU 0/KVM");
  thread("471", "9", "CPU 1/KVM");
  auto all = processes();
  all.find({kUuid});
  for (int i = 0; i < 6; ++i) ASSERT_EQ(all.read(kUuid, one)->vcpus.size(), 2u);
  std::filesystem::remove_all(folder_ + "/471/task/9");
  thread("471", "11", "CPU 1/KVM");
  all.read(kUuid, one);
  EXPECT_EQ(all.read(kUuid, one)->vcpus.size(), 2u);
}

TEST_F(DomainProcessTest, ForgetsAProcessThatIsGoneOrAnother) {
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  ASSERT_TRUE(all.read(kUuid));
  qemu("471", "S", "99");  // the number was given again
  EXPECT_FALSE(all.read(kUuid));
  EXPECT_FALSE(all.knows(kUuid));
  all.find({kUuid});
  qemu("471", "Z", "99");
  EXPECT_FALSE(all.read(kUuid)) << "it ends";
}

TEST_F(DomainProcessTest, ForgetsTheProcessesOfDomainsThatAreGone) {
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  all.keep_only({kUuid, "another"});
  EXPECT_TRUE(all.knows(kUuid));
  all.keep_only({"another"});
  EXPECT_FALSE(all.knows(kUuid)) << "its files would stay open for ever";
}

TEST_F(DomainProcessTest, TakesTheLaterOfTwoWithOneUuid) {
  qemu("471", "S", "50");
  qemu("472", "S", "60");
  thread("472", "8", "CPU 0/KVM");
  auto all = processes();
  all.find({kUuid});
  EXPECT_EQ(all.read(kUuid)->vcpus.size(), 1u);
}

TEST_F(DomainProcessTest, CountsWithTheGroupOfVersion1) {
  write("self/mountinfo", "30 1 0:1 / " + folder_ + "/cg rw - tmpfs t rw\n31 30 0:2 / " + folder_ +
                              "/cg/cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct\n"
                              "32 30 0:3 / /unified rw - cgroup2 cgroup2 rw\n");
  write("471/cgroup", "3:memory:/m\n2:cpu,cpuacct:/machine/qemu-1-a/emulator\n0::/x\n");
  write("cg/cpuacct/machine/qemu-1-a/cpuacct.usage", "1234567\n");
  write("cg/cpuacct/machine/qemu-1-a/cpuacct.stat", "user 7\nsystem 3\n");
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  const auto read = all.read(kUuid);
  EXPECT_EQ(read->cpu.total_ns, 1'234'567u);
  EXPECT_EQ(read->cpu.user_ns, 7 * tick_ns_);
  EXPECT_EQ(read->cpu.system_ns, 3 * tick_ns_);
}

TEST_F(DomainProcessTest, CountsWithTheGroupOfVersion2) {
  write("self/mountinfo", "31 30 0:2 / " + folder_ + "/cg rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n");
  write("471/cgroup", "0::/machine.slice/machine-qemu\\x2d1\\x2da.scope/libvirt/emulator\n");
  write("cg/machine.slice/machine-qemu\\x2d1\\x2da.scope/libvirt/cpu.stat",
        "usage_usec 5000\nuser_usec 4000\nsystem_usec 1000\ncore_sched.force_idle_usec 0\n");
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  const auto read = all.read(kUuid);
  EXPECT_EQ(read->cpu.total_ns, 5'000'000u);
  EXPECT_EQ(read->cpu.user_ns, 4'000'000u);
  EXPECT_EQ(read->cpu.system_ns, 1'000'000u);
}

TEST_F(DomainProcessTest, DoesNotTakeAGroupThatOthersShare) {
  write("self/mountinfo", "31 30 0:2 / " + folder_ + "/cg rw - cgroup2 cgroup2 rw\n");
  write("471/cgroup", "0::/user.slice\n");
  write("cg/user.slice/cpu.stat", "usage_usec 99999999\n");
  qemu("471");
  auto all = processes();
  all.find({kUuid});
  EXPECT_EQ(all.read(kUuid)->cpu.total_ns, 42 * tick_ns_);
}

TEST_F(DomainProcessTest, KnowsNothingOfOtherProcesses) {
  write("5/cmdline", std::string("/bin/sh\0-c\0-uuid", 16));
  write("6/stat", "6 (x) S\n");
  auto all = processes();
  all.find({kUuid});
  EXPECT_FALSE(all.read(kUuid));
}

}  // namespace
}  // namespace hotspot::collector
