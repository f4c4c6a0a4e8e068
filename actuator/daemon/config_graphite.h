// The section `graphite` of hotspotd.yaml: where events are written, as annotations of graphs.
#pragma once

#include "actuator/daemon/config_reader.h"
#include "actuator/io/graphite/graphite_events.h"

namespace hotspot::daemon {

ConfigReader::Scalars graphite_keys(io::GraphiteOptions& graphite);
// The problem of the section as a whole; empty: none.
std::string graphite_problem(const io::GraphiteOptions& graphite);

}  // namespace hotspot::daemon
