// hotspotctl node show, domain show, rule show, hold show: everything known about one thing.
#pragma once

#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

int node_show(Session& session, const std::string& node);      // a name or a host UUID
int domain_show(Session& session, const std::string& domain);  // a name or a UUID
int rule_show(Session& session, const std::string& rule);      // from this machine's rule files and the leader
int hold_show(Session& session, const std::string& id);

}  // namespace hotspot::ctl
