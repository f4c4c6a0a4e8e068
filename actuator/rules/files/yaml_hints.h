// What was probably meant by a text that is not YAML: the slips that people make in rule files.
//
// PURE. Private to the readers of YAML.
#pragma once

#include <optional>
#include <string_view>

#include "actuator/rules/files/yaml_tree.h"

namespace hotspot::rules {

// yaml-cpp stopped at a byte, near to which this was found; empty: nothing is recognised.
std::optional<YamlProblem> probable_slip(const SourceText& source, std::size_t at, std::string_view what_yaml_says);

// The value that begins at this byte without a quote, as it should be written: "…" around all of the line's rest.
std::string in_quotes(std::string_view text, std::size_t from);
// For a value that begins with the braces of a template.
YamlProblem template_without_quotes(std::string_view text, std::size_t braces);

}  // namespace hotspot::rules
