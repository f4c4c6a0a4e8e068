// The section `admission` of hotspotd.yaml: which nodes are admitted, and which URIs they may have.
#pragma once

#include "actuator/daemon/config_reader.h"
#include "actuator/loop/admission_options.h"

namespace hotspot::daemon {

void read_admission(ConfigReader& reader, const YAML::Node& node, loop::AdmissionOptions& admission);

}  // namespace hotspot::daemon
