// A YAML file as a tree that knows where each of its parts stands.
//
// yaml-cpp reads the file; its events, not its nodes, build the tree, so that limits hold while it reads: a file is
// never more than the file. Aliases share their node. A merge key (<<) is taken in.
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
  std::size_t offset = 0;  // byte in the file: first character of the value, its quote, or its block sign
  bool plain = false;      // a scalar without quotes
  std::string text;        // of a scalar
  std::vector<YamlNodePtr> items;
  std::vector<std::pair<YamlNodePtr, YamlNodePtr>> entries;  // in the order of the file; keys may repeat
  std::size_t total = 1;                                     // nodes in it, aliases counted each time
  int depth = 1;
};

// What a person calls it: "a list", "a mapping", "a text", "nothing".
const char* describe(const YamlNode& node);

struct YamlProblem {
  std::size_t offset = 0;
  std::string message;
  std::string suggestion;
};

// The one document of the text; a null pointer for a text without any. Never throws.
Result<YamlNodePtr, YamlProblem> parse_yaml(const SourceText& source);

// Which byte of the file the byte `at` of a scalar's text comes from: quotes, escapes and folded lines are undone.
std::size_t source_offset(const SourceText& source, const YamlNode& scalar, std::size_t at);

}  // namespace hotspot::rules
