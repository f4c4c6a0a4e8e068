// A problem in a rule file: what is wrong, where, and what would be right.
//
// PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/position.h"

namespace hotspot::rules {

struct SourceFile {
  std::string path;  // as the operator named it
  std::string text;
};

enum class Severity { kError, kWarning };

struct Diagnostic {
  std::string file;
  Position position;
  Severity severity = Severity::kError;
  std::string message;     // "unknown series 'domain_cpu_ratoi'"
  std::string suggestion;  // "domain_cpu_ratio"; empty if there is none
  bool operator==(const Diagnostic&) const = default;
};

// As shown to an operator:
//   rules/10-cpu.yaml:7:11: error: unknown series 'domain_cpu_ratoi', did you mean 'domain_cpu_ratio'?
//         expr: domain_cpu_ratoi > 0.9
//               ^
// `files` supplies the lines; without the file, only the message is shown.
std::string format(const Diagnostic& diagnostic, const std::vector<SourceFile>& files);
// All diagnostics in order of file and position, and a last line with the counts.
std::string format(const std::vector<Diagnostic>& diagnostics, const std::vector<SourceFile>& files);

}  // namespace hotspot::rules
