// A YAML file as a tree that knows the position of each of its parts.
//
// yaml-cpp parses the file; the tree is built from its events rather than its nodes, so that limits apply during
// parsing and aliases cannot multiply the size: they share their node. Merge keys (<<) are kept as entries.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actuator/rules/language/source_text.h"
#include "telemetry/result.h"

namespace hotspot::rules {

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  std::size_t offset = 0;  // byte in the file: first character of the value, its quote, or its block indicator
  bool plain = false;      // a scalar without quotes
  std::string text;        // of a scalar
  std::vector<YamlNodePtr> items;
  std::vector<std::pair<YamlNodePtr, YamlNodePtr>> entries;  // in the order of the file; keys may repeat
  std::size_t total = 1;                                     // nodes in it, counting aliases each time
  int depth = 1;
};

// For people: "a list", "a mapping", "a text", "nothing".
const char* describe(const YamlNode& node);

struct YamlProblem {
  std::size_t offset = 0;
  std::string message;
  std::string suggestion;
};

// The one document of the text; a null pointer if there is none. Never throws.
Result<YamlNodePtr, YamlProblem> parse_yaml(const SourceText& source);

// The byte of the file that byte `at` of a scalar's text comes from: undoes quotes, escapes and folded lines.
std::size_t source_offset(const SourceText& source, const YamlNode& scalar, std::size_t at);

}  // namespace hotspot::rules
