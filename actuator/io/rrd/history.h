// Reads history from the RRD files of collectd's rrdtool plugin: on a node, or on a central collectd.
//
// The files say which node a domain ran on only if they are those of one node (RrdSource::node, or a directory in which
// only one host has a `hotspot` directory), or if collectd stores domains below the node (HostnameFormat "hostname").
// The files are listed once: files that are created later need another RrdHistory.
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
  std::set<std::string> nodes;  // names of hosts that are nodes, beside those with a `hotspot` directory
};

// As on a command line and in hotspotd.yaml: "DIR" or "NODE=DIR" for each directory, and the address of an rrdcached,
// which also supplies the list of files if no directory is given.
RrdHistoryOptions rrd_history_options(const std::vector<std::string>& folders, const std::string& rrdcached,
                                      const std::string& plugin);

class RrdHistory : public ports::History {
 public:
  explicit RrdHistory(RrdHistoryOptions options) : options_(std::move(options)) {}
  Result<ports::HistoryContent> read(const ports::HistoryQuery& query) override;

  // Nodes and domains that have files.
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
