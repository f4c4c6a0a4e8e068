// hotspotctl rule replay: its question and its output.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/ctl/output.h"
#include "actuator/ports/history.h"
#include "actuator/rules/replay/replay.h"

namespace hotspot::ctl {

struct ReplayQuestion {
  std::vector<std::string> rules;    // files or directories
  std::vector<std::string> against;  // a second set to compare with; empty: none
  Milliseconds since{std::chrono::hours(24 * 7)};
  Milliseconds until{0};               // before now
  std::vector<std::string> rrd;        // "DIR" or "NODE=DIR"
  std::string rrdcached;               // address; empty: none
  std::string plugin;                  // the plugin name of hotspot.so's domains; empty: as configured
  std::vector<std::string> snapshots;  // files of recorded snapshots, one JSON object per line
  std::vector<std::string> nodes, domains;
  bool maximum = false;        // use the maximum of each row of history instead of the mean
  bool placed_as_now = false;  // place domains without a node in the files where they run now, by Redis
  std::string picture;         // a file for the picture, PNG or SVG; empty: none
  WallTime now{};              // the reference for `since` and `until`
};

struct ReplayedSet {
  std::string name;  // as the operator named it
  rules::ReplayResult result;
};

std::string replay_text(const std::vector<ReplayedSet>& sets);
nlohmann::json replay_json(const std::vector<ReplayedSet>& sets, const std::vector<std::string>& problems);

}  // namespace hotspot::ctl
