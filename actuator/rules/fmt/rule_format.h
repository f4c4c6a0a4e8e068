// How rule files are written: one way, so that two people's files differ only where their rules do.
//
// PURE. Two blanks a level, a list at the column of its key, keys in the order of docs/rules.md, one blank line at
// most, double quotes unless single ones read better, no blanks at the end of a line. Comments stay with what they are
// about. What it writes, it leaves as it is when it reads it again. Block texts (|, >) and short {…} and […] stay as
// they are. Test files in promtool's format are formatted too; their keys stay in their order.
#pragma once

#include "actuator/rules/language/diagnostic.h"
#include "telemetry/result.h"

namespace hotspot::rules {

// The error is a diagnostic: what is no YAML cannot be formatted. Rules that are wrong can.
Result<std::string, Diagnostic> format_rule_file(const SourceFile& file);

}  // namespace hotspot::rules
