#include "actuator/rules/template/node.h"

namespace hotspot::rules::templates {
namespace {

std::string joined(const std::vector<std::string>& names, const char* before) {
  std::string text;
  for (const std::string& name : names) text += before + name;
  return text;
}

std::string operand(const Node& node) {
  return node.kind == NodeKind::kPipe ? "(" + source_of(node) + ")" : source_of(node);
}

std::string pipeline(const Node& node) {
  std::string text;
  for (const NodePtr& variable : node.declared) text += (text.empty() ? "" : ", ") + source_of(*variable);
  if (!node.declared.empty()) text += " := ";
  for (std::size_t i = 0; i < node.parts.size(); ++i) text += (i > 0 ? " | " : "") + source_of(*node.parts[i]);
  return text;
}

std::string control(const char* word, const Node& node) {
  std::string text = std::string("{{") + word + " " + pipeline(*node.pipe) + "}}" + source_of(*node.body);
  if (node.otherwise) text += "{{else}}" + source_of(*node.otherwise);
  return text + "{{end}}";
}

}  // namespace

std::string source_of(const Node& node) {
  std::string text;
  switch (node.kind) {
    case NodeKind::kList:
      for (const NodePtr& part : node.parts) text += source_of(*part);
      return text;
    case NodeKind::kAction:
      return "{{" + pipeline(*node.pipe) + "}}";
    case NodeKind::kIf:
      return control("if", node);
    case NodeKind::kWith:
      return control("with", node);
    case NodeKind::kRange:
      return control("range", node);
    case NodeKind::kBreak:
      return "{{break}}";
    case NodeKind::kContinue:
      return "{{continue}}";
    case NodeKind::kTemplate:
      return "{{template " + node.text + (node.pipe ? " " + pipeline(*node.pipe) : "") + "}}";
    case NodeKind::kPipe:
      return pipeline(node);
    case NodeKind::kCommand:
      for (std::size_t i = 0; i < node.parts.size(); ++i) text += (i > 0 ? " " : "") + operand(*node.parts[i]);
      return text;
    case NodeKind::kField:
      return joined(node.names, ".");
    case NodeKind::kVariable:
      return joined(node.names, ".").substr(1);
    case NodeKind::kChain:
      return operand(*node.parts[0]) + joined(node.names, ".");
    case NodeKind::kDot:
      return ".";
    case NodeKind::kNil:
      return "nil";
    case NodeKind::kBool:
      return node.truth ? "true" : "false";
    default:
      return node.text;
  }
}

}  // namespace hotspot::rules::templates
