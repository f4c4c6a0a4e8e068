// CPU use of virtual machines over a day: what the experiment runs on.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace hotspot::planetlab {

inline constexpr std::size_t kSamples = 288;  // one each five minutes
inline constexpr double kSampleSeconds = 300;

// Shares of 0 to 1; the last is there twice.
using Trace = std::array<double, kSamples + 1>;

struct Day {
  std::string name;
  std::vector<Trace> traces;  // one a machine
};

// The share at a time in seconds: a straight line between two samples.
double share_at(const Trace& trace, double seconds);

// The days of a folder, by name: those that are wanted, or all. A day is a file DAY.csv or DAY.csv.gz (a line a
// machine: its name and 288 whole percents, in the order of the file) or, as in the public data set, a folder DAY with
// a file a machine (a percent a line), in the order of their names in capitals. Errors: std::runtime_error that names
// the file; a day that is wanted and not there, no day at all and a day without machines are errors too.
std::vector<Day> read_days(const std::filesystem::path& folder, const std::vector<std::string>& wanted = {});

}  // namespace hotspot::planetlab
