// Rule files from disk: one file, or all *.yaml and *.yml of a directory in lexical order (not the unit tests beside
// them, *_test.yaml).
#pragma once

#include <string>
#include <vector>

#include "actuator/loop/loaded_rules.h"
#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/language/diagnostic.h"
#include "telemetry/result.h"

namespace hotspot::daemon {

// Only regular files are read, of at most rules::kMostFileBytes; the error says what is wrong with the one that is not.
Result<std::vector<rules::SourceFile>> read_rule_files(const std::string& path);
Result<rules::SourceFile> read_file(const std::string& path);

// most_operations: what one evaluation of one rule may cost.
loop::LoadedRules load_rules(const std::string& path, std::size_t most_operations = rules::kUsualMostOperations);

// Changes whenever a rule file is added, removed, renamed or written. Cheap: reads no file.
std::string fingerprint_on_disk(const std::string& path);

}  // namespace hotspot::daemon
