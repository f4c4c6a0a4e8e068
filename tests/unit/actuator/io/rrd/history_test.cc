// What RRD files are beyond the contract: several resolutions, folders of one node and of many, broken files.
#include "actuator/io/rrd/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "actuator/io/rrd/collectd_names.h"
#include "tests/support/rrd_writer.h"

namespace hotspot::io {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr WallTime kBegin = from_unix_ms(1'700'000'070'000 / 70'000 * 70'000);

class RrdHistoryTest : public ::testing::Test {
 protected:
  RrdHistoryTest() : folder_((std::filesystem::temp_directory_path() / "hotspot-rrd-XXXXXX").string()) {
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make " + folder_);
  }
  ~RrdHistoryTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void write(const std::string& path, int rows, int fine_rows = 1200) {
    testing::RrdFile file;
    file.path = folder_ + "/" + path;
    file.sources = {"value"};
    file.rows.assign(static_cast<std::size_t>(rows), {50});
    file.first = kBegin;
    file.fine_rows = fine_rows;
    testing::write_rrd(file);
  }

  ports::HistoryContent read(ports::HistoryQuery query = {.from = kBegin, .to = kBegin + seconds(1000)},
                             const std::string& node = "") {
    RrdHistory history({.sources = {{.folder = folder_, .daemon = "", .node = node}}});
    auto content = history.read(query);
    EXPECT_TRUE(content.ok());
    return content ? *content : ports::HistoryContent{};
  }

  std::string folder_;
};

TEST_F(RrdHistoryTest, ReadsOnlyTheSeriesThatAreAskedFor) {
  write("h1/hotspot/percent-cpu.rrd", 10);
  write("h1/hotspot/percent-pressure_cpu.rrd", 10);
  write("vm1/virt/percent-vcpus.rrd", 10);
  const auto some = read({.from = kBegin,
                          .to = kBegin + seconds(100),
                          .nodes = {"h1"},
                          .domains = {"vm1"},
                          .series = {"domain_cpu_ratio", "node_cpu_ratio"}});
  ASSERT_EQ(some.series.size(), 2U);
  EXPECT_EQ(some.series[0].name, "node_cpu_ratio");
  EXPECT_EQ(some.series[1].name, "domain_cpu_ratio");
}

TEST_F(RrdHistoryTest, GivesTheFinestResolutionThatReachesBack) {
  write("h1/hotspot/percent-cpu.rrd", 100, 20);  // 200 s in steps of 10 s, all in steps of 70 s
  const auto old = read({.from = kBegin, .to = kBegin + seconds(210)});
  ASSERT_EQ(old.series.size(), 1U);
  EXPECT_EQ(old.series[0].step, seconds(70));
  EXPECT_EQ(old.series[0].samples.size(), 3U);
  const auto fresh = read({.from = kBegin + seconds(900), .to = kBegin + seconds(1000)});
  ASSERT_EQ(fresh.series.size(), 1U);
  EXPECT_EQ(fresh.series[0].step, seconds(10));
  EXPECT_EQ(fresh.series[0].samples.size(), 10U);
}

TEST_F(RrdHistoryTest, KnowsTheNodeOfADomainInAFolderOfOneNode) {
  write("h1/hotspot/percent-cpu.rrd", 10);
  write("vm1/virt/percent-vcpus.rrd", 10);
  const auto content = read();
  ASSERT_EQ(content.series.size(), 2U);
  EXPECT_EQ(content.series[1].domain, "vm1");
  EXPECT_EQ(content.series[1].node, "h1");
}

TEST_F(RrdHistoryTest, DoesNotGuessTheNodeOfADomainInAFolderOfManyNodes) {
  write("h1/hotspot/percent-cpu.rrd", 10);
  write("h2/hotspot/percent-cpu.rrd", 10);
  write("vm1/virt/percent-vcpus.rrd", 10);
  const auto content = read();
  ASSERT_EQ(content.series.size(), 3U);
  EXPECT_EQ(content.series[0].domain, "vm1");
  EXPECT_EQ(content.series[0].node, "");
}

TEST_F(RrdHistoryTest, KnowsTheNodeWhereCollectdFilesDomainsBelowIt) {
  write("h1/hotspot/percent-cpu.rrd", 10);
  write("h2/hotspot/percent-cpu.rrd", 10);
  write("h2/virt-vm1/percent-vcpus.rrd", 10);
  const auto content = read();
  ASSERT_EQ(content.series.size(), 3U);
  EXPECT_EQ(content.series[2].domain, "vm1");
  EXPECT_EQ(content.series[2].node, "h2");
}

TEST_F(RrdHistoryTest, TakesTheNodeThatItIsTold) {
  write("vm1/virt/percent-vcpus.rrd", 10);
  EXPECT_EQ(read({.from = kBegin, .to = kBegin + seconds(100)}, "h7").series.at(0).node, "h7");
}

TEST_F(RrdHistoryTest, LeavesTheFilesOfOthersAlone) {
  write("h1/cpu-0/cpu-idle.rrd", 10);
  write("h1/df-root/df_complex-free.rrd", 10);
  write("vm1/virt/disk_time-vda.rrd", 10);
  EXPECT_THAT(read().series, IsEmpty());
}

TEST_F(RrdHistoryTest, NamesAFileThatItCannotReadAndReadsTheOthers) {
  write("h1/hotspot/percent-cpu.rrd", 10);
  std::ofstream(folder_ + "/h1/hotspot/percent-cpu_user.rrd") << "not an RRD file";
  const auto content = read();
  EXPECT_EQ(content.series.size(), 1U);
  EXPECT_THAT(content.problems, ElementsAre(HasSubstr("percent-cpu_user.rrd")));
}

TEST(RrdFiles, SayWhyTheyCannotBeOpened) {
  const auto problem = [](const RrdSource& source) {
    const auto files = RrdFiles::open(source);
    return files ? std::string("none") : files.error().message;
  };
  EXPECT_EQ(problem({}), "neither a folder of RRD files nor an rrdcached");
  EXPECT_THAT(problem({.folder = "/no/such/folder", .daemon = "", .node = ""}), HasSubstr("no folder /no/such/folder"));
  EXPECT_THAT(problem({.folder = "", .daemon = "127.0.0.1:1", .node = ""}), HasSubstr("does not answer"));
  EXPECT_THAT(problem({.folder = "", .daemon = "unix:/run/x", .node = ""}), HasSubstr("name the folder"));
}

TEST(CollectdNames, TakeAPathApart) {
  const auto file = collectd_file("data/vm-1/virt-a-b/disk_ops-vd-a.rrd");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->host, "vm-1");
  EXPECT_EQ(file->plugin, "virt");
  EXPECT_EQ(file->plugin_instance, "a-b");
  EXPECT_EQ(file->type, "disk_ops");
  EXPECT_EQ(file->type_instance, "vd-a");
  for (const char* path : {"a.rrd", "a/b.rrd", "/b/c.txt", "x/y/z", ""}) EXPECT_FALSE(collectd_file(path)) << path;
}

TEST(CollectdNames, KnowAVcpuByItsNumber) {
  const auto series = stored_domain_series(*collectd_file("vm/virt/virt_vcpu-3.rrd"));
  ASSERT_EQ(series.size(), 1U);
  EXPECT_EQ(series[0].vcpu, 3);
  EXPECT_EQ(series[0].factor, 1e-9);
  EXPECT_THAT(stored_domain_series(*collectd_file("vm/virt/virt_vcpu-x.rrd")), IsEmpty());
}

}  // namespace
}  // namespace hotspot::io
