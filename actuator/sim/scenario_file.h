// Reads a cluster file: the nodes and domains of a simulation, in YAML or JSON. docs/simulator.md describes it.
//
// PURE. Every error of the file is found at once, with its line and column; unknown keys are errors.
#pragma once

#include <optional>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/sim/scenario.h"

namespace hotspot::simulation {

inline constexpr std::size_t kMostNodes = 10'000, kMostDomains = 300'000;

struct CheckedScenario {
  std::optional<Scenario> scenario;  // empty if there are errors
  std::vector<rules::Diagnostic> diagnostics;
};

// kNodes: domains come from elsewhere, and the file must have none.
enum class ScenarioPart { kAll, kNodes };
CheckedScenario read_scenario(const rules::SourceFile& source, ScenarioPart part = ScenarioPart::kAll);

}  // namespace hotspot::simulation
