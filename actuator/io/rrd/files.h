// Reads RRD files with librrd: in a directory, or through an rrdcached. librrd's data do not leave this class.
//
// Thread rule: one thread at a time; librrd has one connection to an rrdcached for the whole process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::io {

struct RrdSource {
  std::string folder;  // collectd's DataDir; empty: only what the daemon has
  std::string daemon;  // rrdcached: "unix:/run/rrdcached.sock" or "HOST[:PORT]"; empty: none
  std::string node;    // the node of the domains in these files; empty: as the files themselves say
};

// Rows of one file: row i has the interval that ends at first + i × step.
struct RrdRows {
  WallTime first{};
  Milliseconds step{0};
  std::vector<std::string> data_sources;
  std::vector<double> values;  // row by row; NaN if unknown
  std::size_t rows() const { return data_sources.empty() ? 0 : values.size() / data_sources.size(); }
};

class RrdFiles {
 public:
  // An error: the directory does not exist, the daemon does not answer, or a unix socket without a directory (the
  // daemon then needs paths on its own machine, which it does not report).
  static Result<std::unique_ptr<RrdFiles>> open(const RrdSource& source);
  ~RrdFiles();

  // Paths below the directory, in order, in the form that fetch() accepts.
  Result<std::vector<std::string>> list();
  // `function`: "AVERAGE", "MAX". Includes what a daemon still holds in memory.
  Result<RrdRows> fetch(const std::string& path, const char* function, WallTime from, WallTime to);

 private:
  explicit RrdFiles(RrdSource source);
  Result<void> connect() const;
  Result<std::vector<std::string>> list_daemon() const;
  Result<std::vector<std::string>> list_folder() const;
  RrdSource source_;
};

}  // namespace hotspot::io
