// What the planner had before it, as texts: to be stored beside the decisions, and to be planned again.
//
// An input is a JSON object that names its parts by their SHA-256: the newest snapshot of each node (docs/snapshot.md),
// each rule file as it was read, and the configuration. So a snapshot that did not change is the same part in the next
// input. All else is in the input itself. It is complete: planner.h says what planning takes; of the past memory use of
// guests, that of the subjects of the firings, because nothing else of it is looked at. read_input.h reads it.
//
// PURE. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/plan/planner.h"

namespace hotspot::loop {

inline constexpr int kInputSchema = 1;
// Of all texts of an input together. What has more is not stored, and not read.
inline constexpr std::size_t kMostInputBytes = 16u << 20;
inline constexpr std::size_t kMostInputNodes = 10'000, kMostInputDomains = 10'000;

// SHA-256 of the parts.
struct InputParts {
  std::string configuration;
  std::vector<std::pair<std::string, std::string>> rule_files;  // path → hash, in the order in which they were read
  std::vector<std::string> nodes;                               // in the order of Cluster::nodes()
};

// Why the input cannot be stored: a sentence. Empty: it can, unless its texts turn out too long.
std::optional<std::string> why_not_storable(const plan::PlanInput& input);

// rule_operations: as rules::CheckOptions::most_operations, with which the rules were checked.
std::string configuration_text(const plan::PlanInput& input, std::size_t rule_operations);
// The same input gives the same text.
std::string input_text(const plan::PlanInput& input, const InputParts& parts);

}  // namespace hotspot::loop
