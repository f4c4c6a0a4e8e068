// hotspotctl graph: draws values of nodes and domains from RRD files, with limits of rules and marks for actions.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/session.h"
#include "actuator/io/rrd/chart.h"

namespace hotspot::ctl {

struct GraphQuestion {
  std::vector<std::string> names;  // of nodes and domains; UUIDs too
  Milliseconds since{std::chrono::hours(6)};
  Milliseconds until{0};           // before now
  std::string file;                // "web1.svg"; empty: graph_file_name()
  std::vector<std::string> rrd;    // "DIR" or "NODE=DIR"
  std::string rrdcached;           // address; empty: none
  std::string plugin;              // the plugin name under which hotspot.so dispatches domains
  std::vector<std::string> rules;  // files or directories; empty: as configured
};

// Writes the picture and prints its path.
int graph(Session& session, const GraphQuestion& question);

// "web1.png", "web1-and-2-more.png": a name for a file in the current directory, whatever the domain is called. PURE.
std::string graph_file_name(const std::vector<std::string>& names);

}  // namespace hotspot::ctl
