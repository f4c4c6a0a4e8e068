// Guesses what was meant by a text that is not YAML: common mistakes in rule files.
//
// PURE. Private to the readers of YAML.
#pragma once

#include <optional>
#include <string_view>

#include "actuator/rules/files/yaml_tree.h"

namespace hotspot::rules {

// yaml-cpp failed at a byte, and this mistake is near to it; empty: none is recognised.
std::optional<YamlProblem> probable_slip(const SourceText& source, std::size_t at, std::string_view what_yaml_says);

// The unquoted value that begins at this byte, correctly quoted: "…" around the rest of the line.
std::string in_quotes(std::string_view text, std::size_t from);
// For a value that begins with the braces of a template.
YamlProblem template_without_quotes(std::string_view text, std::size_t braces);

}  // namespace hotspot::rules
