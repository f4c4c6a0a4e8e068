#include "bench/planetlab/traces.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace hotspot::planetlab {
namespace {

namespace fs = std::filesystem;

class PlanetlabTraces : public ::testing::Test {
 protected:
  PlanetlabTraces() { fs::create_directories(folder_); }
  ~PlanetlabTraces() override { fs::remove_all(folder_); }

  // All samples are one figure, with a separator before or after each.
  static std::string samples(int percent, char separator) {
    std::string text;
    for (std::size_t i = 0; i < kSamples; ++i)
      text += (i == 0 ? "" : std::string(1, separator)) + std::to_string(percent);
    return text;
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("planetlab-traces-" + std::to_string(getpid()));
};

TEST_F(PlanetlabTraces, ADayIsAFileWithALineAMachineInItsOrder) {
  write("20000102.csv", "b," + samples(7, ',') + "\na," + samples(9, ',') + "\n");
  write("notes.csv", "no day");
  const auto days = read_days(folder_);
  ASSERT_EQ(days.size(), 1u);
  EXPECT_EQ(days[0].name, "20000102");
  ASSERT_EQ(days[0].traces.size(), 2u);
  EXPECT_DOUBLE_EQ(days[0].traces[0][0], 0.07);
  EXPECT_DOUBLE_EQ(days[0].traces[1][kSamples], 0.09);
}

TEST_F(PlanetlabTraces, ADayIsAFolderWithAFileAMachineInTheOrderOfTheirNamesInCapitals) {
  write("20000103/a_b", samples(1, '\n'));
  write("20000103/aC", samples(2, '\n'));
  const auto days = read_days(folder_);
  ASSERT_EQ(days.size(), 1u);
  ASSERT_EQ(days[0].traces.size(), 2u);
  EXPECT_DOUBLE_EQ(days[0].traces[0][0], 0.02);
  EXPECT_DOUBLE_EQ(days[0].traces[1][0], 0.01);
}

TEST_F(PlanetlabTraces, AMachineWithoutAllItsSamplesIsRefused) {
  write("20000104.csv", "a,1,2,3\n");
  EXPECT_THROW(read_days(folder_), std::runtime_error);
}

TEST_F(PlanetlabTraces, OnlyTheDaysThatAreWantedAreReadAndMustBeThere) {
  write("20000105.csv", "a," + samples(7, ',') + "\n");
  write("20000106.csv", "not read");
  EXPECT_EQ(read_days(folder_, {"20000105"}).size(), 1u);
  EXPECT_THROW(read_days(folder_, {"20000105", "20000107"}), std::runtime_error);
}

TEST_F(PlanetlabTraces, AFolderWithoutDaysAndADayWithoutMachinesAreRefused) {
  EXPECT_THROW(read_days(folder_), std::runtime_error);
  write("20000108.csv.gz", "not gzip");
  EXPECT_THROW(read_days(folder_), std::runtime_error);
}

TEST_F(PlanetlabTraces, BetweenTwoSamplesIsAStraightLine) {
  Trace trace{};
  trace[1] = 0.5;
  EXPECT_DOUBLE_EQ(share_at(trace, 150), 0.25);
  EXPECT_DOUBLE_EQ(share_at(trace, 300), 0.5);
}

}  // namespace
}  // namespace hotspot::planetlab
