// History in the RRD files that collectd's rrdtool plugin writes: on a node, or on a central collectd.
//
// Which node a domain ran on, the files say only if they are those of one node (RrdSource::node, or a folder in which
// one host alone has a `hotspot` folder), or if collectd files domains below the node (HostnameFormat "hostname").
#pragma once

#include "actuator/io/rrd_files.h"
#include "actuator/ports/history.h"

namespace hotspot::io {

struct CollectdFile;

struct RrdHistoryOptions {
  std::vector<RrdSource> sources;
  std::string plugin = "virt";  // the name under which hotspot.so dispatches domains (its PluginName)
};

class RrdHistory : public ports::History {
 public:
  explicit RrdHistory(RrdHistoryOptions options) : options_(std::move(options)) {}
  Result<ports::HistoryContent> read(const ports::HistoryQuery& query) override;

 private:
  struct Wanted;
  Result<std::vector<Wanted>> wanted_files(RrdFiles& files, const RrdSource& source, const ports::HistoryQuery& query);
  RrdHistoryOptions options_;
};

}  // namespace hotspot::io
