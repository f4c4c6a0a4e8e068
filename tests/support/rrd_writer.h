// RRD files as collectd's rrdtool plugin makes them (AVERAGE and MAX, 10 s steps), through librrd, for tests.
#pragma once

#include <string>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::testing {

struct RrdFile {
  std::string path;
  std::vector<std::string> sources;       // "value"
  std::vector<std::vector<double>> rows;  // NaN: not given
  bool counter = false;                   // DERIVE instead of GAUGE
  WallTime first{};                       // begin of the first row, a multiple of the step
  int step_seconds = 10;
  // Rows of one step, and rows of seven steps, that the file keeps.
  int fine_rows = 1200, coarse_rows = 1200;
};

// Creates the file with its folders and writes the rows, into the file or, if it is named, by way of an rrdcached.
// Throws if librrd refuses.
void write_rrd(const RrdFile& file, const std::string& daemon = "");

}  // namespace hotspot::testing
