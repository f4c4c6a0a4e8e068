// Reads, checks and reports on rule files for the commands of hotspotctl.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

// Files as named, and from directories the wanted ones, sorted by name.
Result<std::vector<std::string>> files_named_by(const std::vector<std::string>& paths,
                                                bool (*wanted)(const std::filesystem::path&));

// As a path: standard input, as one file.
inline constexpr const char* kStandardInput = "-";
Result<rules::SourceFile> read_standard_input();

// The files of the paths (files, directories or "-"), in order.
Result<std::vector<rules::SourceFile>> read_rule_paths(const std::vector<std::string>& paths);

// Null after printing all errors to standard error. Warnings are not printed.
std::shared_ptr<const rules::RuleSet> load_rule_set(const std::vector<std::string>& paths);

}  // namespace hotspot::ctl
