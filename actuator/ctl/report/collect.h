// Collects the evidence for a report: from streams in Redis, page by page, the leader's status, and RRD files.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/report/evidence.h"
#include "actuator/ctl/session.h"

namespace hotspot::ctl::report {

struct Asked {
  Milliseconds since{std::chrono::hours(24 * 7)};
  Milliseconds until{0};         // before now
  std::string rule;              // empty: all
  std::string html;              // a file; empty: none
  std::vector<std::string> rrd;  // "DIR" or "NODE=DIR"
  std::string rrdcached;         // address; empty: none
  std::string plugin;            // the plugin name under which hotspot.so dispatches domains
};

struct Collected {
  Evidence evidence;
  std::string mode;                   // of the daemon at present
  std::vector<std::string> troubles;  // what is missing, as sentences; not an error
};

// An error: Redis is not reachable.
Result<Collected> collect(Session& session, const Asked& asked);

}  // namespace hotspot::ctl::report
