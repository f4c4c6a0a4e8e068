// Runs a template.
//
// Bounded: steps, depth, size of the text and of what functions produce, number of queries. Errors have the messages of
// Go's text/template, so that "<error expanding template: …>" reads as in Prometheus.
#pragma once

#include <string>

#include "actuator/rules/template/functions.h"
#include "actuator/rules/template/node.h"

namespace hotspot::rules::templates {

struct RunInput {
  std::string_view text;  // of the template
  std::string name;       // "__alert_NAME"
  std::shared_ptr<const Data> data;
};

Result<std::string> run(const Template& what, const RunInput& input, Surroundings around);

}  // namespace hotspot::rules::templates
