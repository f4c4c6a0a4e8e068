#include "collectd-plugin/proc_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hotspot::collector {
namespace {

class ProcReaderTest : public ::testing::Test {
 protected:
  ProcReaderTest() { std::filesystem::create_directories(folder_ + "/pressure"); }
  ~ProcReaderTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ + "/" + name) << text; }

  std::string folder_ = [] {
    std::string made = ::testing::TempDir() + "/hotspot-proc-XXXXXX";
    return std::string(mkdtemp(made.data()));
  }();
  telemetry::NodeSample node_;
};

TEST_F(ProcReaderTest, ReadsWhatTheKernelSays) {
  write("meminfo",
        "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\nHugePages_Total:  0\n"
        "SwapTotal:  50 kB\nSwapFree:  20 kB\n");
  write("loadavg", "1.25 0.50 0.25 2/300 4711\n");
  write("pressure/cpu", "some avg10=1.50 avg60=9 avg300=9 total=1\nfull avg10=8 avg60=0 avg300=0 total=0\n");
  write("pressure/memory", "some avg10=2.50 avg60=9 avg300=9 total=1\nfull avg10=0.50 avg60=9 avg300=9 total=1\n");
  write("pressure/io", "some avg10=100.00 avg60=9 avg300=9 total=1\nfull avg10=0.00 avg60=9 avg300=9 total=1\n");
  read_proc(folder_, node_);
  EXPECT_EQ(node_.memory_bytes, 1000 * kKibibyte);
  EXPECT_EQ(node_.memory_free_bytes, 100 * kKibibyte);
  EXPECT_EQ(node_.memory_available_bytes, 600 * kKibibyte);
  EXPECT_EQ(node_.swap_bytes, 50 * kKibibyte);
  EXPECT_EQ(node_.swap_free_bytes, 20 * kKibibyte);
  EXPECT_EQ(node_.load_1m, 1.25);
  EXPECT_EQ(node_.pressure, (telemetry::Pressure{.cpu_some_ratio = 0.015,
                                                 .memory_some_ratio = 0.025,
                                                 .memory_full_ratio = 0.005,
                                                 .io_some_ratio = 1.0,
                                                 .io_full_ratio = 0.0}));
}

TEST_F(ProcReaderTest, LeavesWhatIsNotThereAsItIs) {
  node_.memory_bytes = 5;
  node_.memory_available_bytes = 4;
  read_proc(folder_, node_);
  EXPECT_EQ(node_.memory_bytes, 5);
  EXPECT_EQ(node_.memory_available_bytes, 4);
  EXPECT_EQ(node_.load_1m, std::nullopt);
  EXPECT_EQ(node_.pressure, telemetry::Pressure());
}

TEST_F(ProcReaderTest, SkipsWhatItDoesNotUnderstand) {
  write("meminfo", "\nMemTotal:\nMemFree: many kB\nMemAvailable: 600 kB\n");
  write("pressure/cpu", "some avg10=nonsense\nsome\n");
  write("loadavg", "high");
  read_proc(folder_, node_);
  EXPECT_EQ(node_.memory_bytes, 0);
  EXPECT_EQ(node_.memory_free_bytes, std::nullopt);
  EXPECT_EQ(node_.memory_available_bytes, 600 * kKibibyte);
  EXPECT_EQ(node_.load_1m, std::nullopt);
  EXPECT_EQ(node_.pressure, telemetry::Pressure());
}

}  // namespace
}  // namespace hotspot::collector
