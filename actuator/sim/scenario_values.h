// Values in a cluster file: numbers, quantities and demands.
//
// PURE. Errors are complaints with a place in the file.
#pragma once

#include <functional>
#include <string_view>

#include "actuator/rules/files/yaml_fields.h"
#include "actuator/sim/demand.h"

namespace hotspot::simulation {

rules::Parsed<double> parse_amount(std::string_view text);                // "1.5": finite, at least 0
rules::Parsed<double> parse_share(std::string_view text);                 // "90%", "0.9"
rules::Parsed<std::int64_t> parse_positive_bytes(std::string_view text);  // "4GiB"
rules::Parsed<double> parse_rate(std::string_view text);                  // "100MiB/s", at least 0
using ParseAmount = std::function<rules::Parsed<double>(std::string_view)>;
// The same as `parse`, or a percentage of `whole`: "60%" of a domain's vCPUs or memory.
ParseAmount or_share_of(double whole, rules::Parsed<double> (*parse)(std::string_view));

// A number, or a mapping: constant; mean, swing, peak; steps; and noise.
Demand read_demand(const rules::YamlNode& node, const ParseAmount& parse, rules::Complaints& complaints);

}  // namespace hotspot::simulation
