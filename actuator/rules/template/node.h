// The syntax tree of a template.
#pragma once

#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hotspot::rules::templates {

enum class NodeKind {
  kList,  // parts: text, actions, control
  kText,
  kAction,  // pipe
  kIf,      // pipe, body, otherwise
  kWith,
  kRange,
  kBreak,
  kContinue,
  kTemplate,  // value: the name; pipe may be null
  kPipe,      // parts: commands; declared, assigns
  kCommand,   // parts: operands
  kFunction,  // text
  kField,     // names: .a.b
  kVariable,  // names: $a.b
  kChain,     // parts: the first operand; names
  kDot,
  kNil,
  kBool,  // truth
  kNumber,
  kString,  // text as written, value
};

// A literal in all the types that can represent it, like Go's constants.
struct Number {
  std::optional<std::int64_t> integer;
  std::optional<std::uint64_t> whole;
  std::optional<double> real;
  std::optional<std::complex<double>> pair;
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Node {
  NodeKind kind = NodeKind::kList;
  std::size_t at = 0;     // byte in the template, as Go reports it: for $a.b that of the field
  std::size_t begin = 0;  // where it actually begins
  std::string text, value;
  std::vector<std::string> names;
  std::vector<NodePtr> parts;
  std::vector<NodePtr> declared;
  NodePtr pipe, body, otherwise;
  Number number;
  bool truth = false, assigns = false;
};

struct Template {
  NodePtr root;
  std::map<std::string, NodePtr> defined;
};

// As Go prints it in its messages.
std::string source_of(const Node& node);

}  // namespace hotspot::rules::templates
