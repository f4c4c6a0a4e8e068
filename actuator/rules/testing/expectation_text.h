// Compares expected with actual results, and prints them as promtool does.
//
// PURE.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/rules/testing/test_file.h"

namespace hotspot::rules {

struct AlertText {
  std::map<std::string, std::string> labels, annotations;
  std::optional<std::vector<Remedy>> remedies;  // empty: any
};

// The same alerts in any order?
bool same_alerts(std::vector<AlertText> expected, std::vector<AlertText> got);
// `others` decides whether remedies are printed: they are if either side has some.
std::string alerts_text(std::vector<AlertText> alerts, const std::vector<AlertText>& others);

bool same_samples(std::vector<ExpectedSample> expected, std::vector<ExpectedSample> got);
std::string samples_text(std::vector<ExpectedSample> samples);

// As written in a rule: "scale_vcpus: {by: 1, max: 4}".
std::string remedy_text(const Remedy& remedy);
// As Go's %q: in double quotes, with escapes.
std::string go_quoted(std::string_view text);
// As Go prints a float64 with 'E': 1.5E+01.
std::string exact_number(double value);

}  // namespace hotspot::rules
