// A YAML file with everything that a person wrote: comments, blank lines, quotes, anchors.
//
// PURE. Only for `hotspotctl rule fmt`: rules are read with yaml_tree.h, which drops all this.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actuator/rules/files/yaml_tree.h"

namespace hotspot::rules {

struct DocumentNode;
using DocumentNodePtr = std::unique_ptr<DocumentNode>;

// An item of a list, or a key and its value, with the comments that belong to it.
struct DocumentEntry {
  DocumentNodePtr key;  // null in a list
  DocumentNodePtr value;
  std::vector<std::string> above;  // comments on lines of their own, in order; "" is a blank line
  std::string behind;              // the comment at the end of its line
  int line = 0, column = 0;        // of the key, or of the dash; from 0
};

struct DocumentNode {
  enum class Kind { kNull, kScalar, kList, kMap, kAlias };
  enum class Style { kPlain, kSingle, kDouble, kBlock, kFlow };
  Kind kind = Kind::kNull;
  Style style = Style::kPlain;  // of a scalar: not kFlow; of a list or map: kBlock or kFlow
  std::string text;             // the value of a scalar; the name of an alias; for kNull what is written, if anything
  std::string source;           // of a quoted scalar: as written
  std::string block_header;     // "|", ">-", …
  std::vector<std::string> block_lines;  // of a block scalar, without their common indentation
  std::string anchor, tag;
  std::vector<DocumentEntry> entries;
  std::vector<std::string> below;   // comments after the last entry
  std::size_t offset = 0, end = 0;  // bytes; `end` of flow lists and maps and of quoted scalars
};

struct Document {
  DocumentNodePtr root;  // null in a file without content
  bool marked = false;   // begins with ---
  std::vector<std::string> below;
  std::vector<std::string> comments;  // all comments, for counting
};

Result<Document, YamlProblem> read_document(std::string_view text);

}  // namespace hotspot::rules
