// The section `metrics` of hotspotd.yaml: where /metrics is served.
#pragma once

#include <string>

#include "actuator/daemon/config_reader.h"

namespace hotspot::daemon {

// "ADDRESS:PORT" or "[IPV6]:PORT". No host names: what they resolve to is not under the operator's control alone.
ConfigReader::Setter metrics_listen_into(std::string& host, int& port);

}  // namespace hotspot::daemon
