// `graphite` of hotspotd.yaml: where what happens becomes a mark on graphs.
#pragma once

#include "actuator/daemon/config_reader.h"
#include "actuator/io/graphite/graphite_events.h"

namespace hotspot::daemon {

ConfigReader::Scalars graphite_keys(io::GraphiteOptions& graphite);
// What is wrong with all of it together; empty if nothing is.
std::string graphite_problem(const io::GraphiteOptions& graphite);

}  // namespace hotspot::daemon
