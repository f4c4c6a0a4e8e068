// History in the RRD files that collectd's rrdtool plugin writes: on a node, or on a central collectd.
//
// Which node a domain ran on, the files say only if they are those of one node (RrdSource::node, or a folder in which
// one host alone has a `hotspot` folder), or if collectd files domains below the node (HostnameFormat "hostname").
// The files are listed once: those that come later are for another RrdHistory.
#pragma once

#include <map>
#include <set>
#include <string>

#include "actuator/io/rrd/files.h"
#include "actuator/ports/history.h"

namespace hotspot::io {

struct RrdHistoryOptions {
  std::vector<RrdSource> sources;
  std::string plugin = "virt";  // the name under which hotspot.so dispatches domains (its PluginName)
};

// As on a command line and in hotspotd.yaml: "DIR" or "NODE=DIR" for each folder, and the address of an rrdcached,
// which gives the files too if no folder is named.
RrdHistoryOptions rrd_history_options(const std::vector<std::string>& folders, const std::string& rrdcached,
                                      const std::string& plugin);

class RrdHistory : public ports::History {
 public:
  explicit RrdHistory(RrdHistoryOptions options) : options_(std::move(options)) {}
  Result<ports::HistoryContent> read(const ports::HistoryQuery& query) override;

  // Those that there are files of.
  struct Names {
    std::set<std::string> nodes, domains;
  };
  Result<Names> names();

 private:
  struct Wanted;
  struct Listing;
  Result<const Listing*> listing(RrdFiles& files, std::size_t source);
  std::vector<Wanted> wanted_files(const Listing& listing, const RrdSource& source, const ports::HistoryQuery& query);
  RrdHistoryOptions options_;
  std::map<std::size_t, std::shared_ptr<const Listing>> listings_;  // by source
};

}  // namespace hotspot::io
