// `metrics` of hotspotd.yaml: where /metrics is.
#pragma once

#include <string>

#include "actuator/daemon/config_reader.h"

namespace hotspot::daemon {

// "ADDRESS:PORT", "[IPV6]:PORT". Addresses, no names: what a name resolves to is not the operator's alone to say.
ConfigReader::Setter metrics_listen_into(std::string& host, int& port);

}  // namespace hotspot::daemon
