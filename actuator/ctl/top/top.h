// hotspotctl top: domains or nodes by load, and what is being done about hotspots.
#pragma once

#include <string>

#include "actuator/ctl/session.h"
#include "actuator/ctl/top/columns.h"

namespace hotspot::ctl {

struct TopQuestion {
  bool nodes = false;        // nodes instead of domains
  bool once = false;         // print one table and exit
  std::string sort = "cpu";  // as top_order() reads it
  Milliseconds interval{2000};
};

// On a terminal a live table with keys; in a pipe one table after the other. Until q or Ctrl-C, or until writing fails.
int top(Session& session, const TopQuestion& question);

}  // namespace hotspot::ctl
