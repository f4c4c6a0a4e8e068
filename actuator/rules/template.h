// Annotations with values: "{{ $labels.domain }} uses {{ $value | humanizePercentage }}".
//
// The part of Prometheus's templates that shows a value: $value, $labels.NAME, and pipelines of the humanize functions,
// printf, title, toUpper and toLower. Checked when the file is read, so that expanding cannot fail.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/labels.h"
#include "actuator/rules/quantity.h"

namespace hotspot::rules {

// What is wrong in the template, with offsets into the text. `possible`: the labels that values may have.
std::vector<TextProblem> check_template(std::string_view text, const LabelNames& possible);

// A label that is not there gives nothing, as in Prometheus.
std::string expand_template(std::string_view text, double value, const std::map<std::string, std::string>& labels);

}  // namespace hotspot::rules
