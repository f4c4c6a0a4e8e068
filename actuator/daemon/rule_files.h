// Reads rule files from disk: one file, or all *.yaml and *.yml files of a directory in lexical order, except unit
// tests
// (*_test.yaml).
#pragma once

#include <string>
#include <vector>

#include "actuator/loop/loaded_rules.h"
#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/language/diagnostic.h"
#include "telemetry/result.h"

namespace hotspot::daemon {

// Each must be a regular file of at most rules::kMostFileBytes; the error names the one that is not.
Result<std::vector<rules::SourceFile>> read_rule_files(const std::string& path);
Result<rules::SourceFile> read_file(const std::string& path);

// most_operations: the cost limit of one evaluation of one rule (rules/evaluate/cost.h).
loop::LoadedRules load_rules(const std::string& path, std::size_t most_operations = rules::kUsualMostOperations);

// Changes whenever a rule file is added, removed, renamed or written. Cheap: it reads no file.
std::string fingerprint_on_disk(const std::string& path);

}  // namespace hotspot::daemon
