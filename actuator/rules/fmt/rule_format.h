// Formats rule files in one canonical style, so that two people's files differ only where their rules do.
//
// PURE. Two blanks per level, a list at the column of its key, keys in the order of docs/rules.md, at most one blank
// line, double quotes unless single ones read better, no blanks at the end of a line. Comments stay with what they
// describe. Formatting is idempotent. Block scalars (|, >) and short {…} and […] are kept. Test files in promtool's
// format are formatted too; their keys keep their order.
#pragma once

#include "actuator/rules/language/diagnostic.h"
#include "telemetry/result.h"

namespace hotspot::rules {

// The error is a diagnostic: only valid YAML can be formatted. Invalid rules can be.
Result<std::string, Diagnostic> format_rule_file(const SourceFile& file);

}  // namespace hotspot::rules
