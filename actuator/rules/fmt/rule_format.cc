#include "actuator/rules/fmt/rule_format.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "actuator/rules/fmt/yaml_document.h"

namespace hotspot::rules {
namespace {

using Kind = DocumentNode::Kind;
using Style = DocumentNode::Style;

constexpr std::size_t kWidth = 120;

constexpr std::array<std::string_view, 4> kGroupKeys{"name", "interval", "limit", "rules"};
constexpr std::array<std::string_view, 15> kRuleKeys{
    "hotspot",     "alert",  "record",   "expr", "until",          "for",   "keep_firing_for", "labels",
    "annotations", "remedy", "cooldown", "mode", "partial_window", "limit", "max_age"};

template <std::size_t N>
void order_keys(DocumentNode& map, const std::array<std::string_view, N>& order) {
  const auto rank = [&](const DocumentEntry& entry) {
    const auto place = std::find(order.begin(), order.end(), entry.key->text);
    return entry.key->text == "<<" ? -1 : static_cast<int>(place - order.begin());
  };
  std::stable_sort(map.entries.begin(), map.entries.end(),
                   [&](const DocumentEntry& a, const DocumentEntry& b) { return rank(a) < rank(b); });
}

DocumentNode* find(DocumentNode& map, std::string_view key) {
  if (map.kind != Kind::kMap) return nullptr;
  for (DocumentEntry& entry : map.entries) {
    if (entry.key->text == key) return entry.value.get();
  }
  return nullptr;
}

bool has_anchors(const DocumentNode& node) {
  if (!node.anchor.empty() || node.kind == Kind::kAlias) return true;
  return std::any_of(node.entries.begin(), node.entries.end(),
                     [](const DocumentEntry& entry) { return has_anchors(*entry.value); });
}

// Only groups and the rules in them. An alias must stay after its anchor, so if there are any the order is kept.
void order_rule_keys(DocumentNode& root) {
  DocumentNode* groups = find(root, "groups");
  if (groups == nullptr || has_anchors(root)) return;
  for (DocumentEntry& group : groups->entries) {
    if (group.value->kind != Kind::kMap) continue;
    order_keys(*group.value, kGroupKeys);
    DocumentNode* rules = find(*group.value, "rules");
    if (rules == nullptr) continue;
    for (DocumentEntry& rule : rules->entries) {
      if (rule.value->kind == Kind::kMap) order_keys(*rule.value, kRuleKeys);
    }
  }
}

bool has_comments(const DocumentNode& node) {
  const auto is_comment = [](const std::string& line) { return !line.empty(); };
  if (std::any_of(node.below.begin(), node.below.end(), is_comment)) return true;
  return std::any_of(node.entries.begin(), node.entries.end(), [&](const DocumentEntry& entry) {
    return !entry.behind.empty() || std::any_of(entry.above.begin(), entry.above.end(), is_comment) ||
           has_comments(*entry.value);
  });
}

std::string double_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string prefix(const DocumentNode& node) {
  return (node.anchor.empty() ? "" : "&" + node.anchor + " ") + (node.tag.empty() ? "" : node.tag + " ");
}

// A scalar or an alias in one line.
std::string one_line(const DocumentNode& node) {
  if (node.kind == Kind::kAlias || node.kind == Kind::kNull) return prefix(node) + node.text;
  const bool escapes = node.text.find_first_of("\"\\") != std::string::npos;
  std::string text = node.text;
  switch (node.style) {
    case Style::kDouble:
      text = node.source.find('\n') == std::string::npos ? node.source : double_quoted(node.text);
      break;
    case Style::kSingle:
      text = !escapes || node.source.find('\n') != std::string::npos ? double_quoted(node.text) : node.source;
      break;
    default:
      if (text.find('\n') != std::string::npos) text = double_quoted(text);
  }
  return prefix(node) + text;
}

// {a: 1} and [a, b] stay on one line if they were written so and still fit.
std::optional<std::string> flow(const DocumentNode& node) {
  if (node.kind != Kind::kList && node.kind != Kind::kMap) {
    if (node.style == Style::kBlock) return std::nullopt;
    return one_line(node);
  }
  if (node.style != Style::kFlow || has_comments(node)) return std::nullopt;
  std::string text;
  for (const DocumentEntry& entry : node.entries) {
    const auto value = flow(*entry.value);
    if (!value) return std::nullopt;
    text += (text.empty() ? "" : ", ") + (entry.key ? one_line(*entry.key) + ":" : "");
    text += (entry.key && !value->empty() ? " " : "") + *value;
  }
  return prefix(node) + (node.kind == Kind::kMap ? "{" + text + "}" : "[" + text + "]");
}

class Writer {
 public:
  std::string write(const Document& document) {
    if (document.marked) text_ = "---\n";
    if (document.root) {
      if (document.root->kind == Kind::kMap || document.root->kind == Kind::kList) {
        entries(*document.root, 0, false);
      } else {
        text_ += one_line(*document.root) + "\n";
      }
    }
    comments(document.below, 0, text_.empty());
    while (text_.ends_with("\n\n")) text_.pop_back();
    return std::move(text_);
  }

 private:
  void comments(const std::vector<std::string>& lines, std::size_t indent, bool first) {
    for (const std::string& line : lines) {
      if (!line.empty()) {
        text_ += std::string(indent, ' ') + line + "\n";
      } else if (!first && !text_.ends_with("\n\n")) {
        text_ += "\n";
      }
      first = first && line.empty();
    }
  }

  // `inlined`: the first entry continues the current line, after a dash.
  void entries(const DocumentNode& node, std::size_t indent, bool inlined) {
    bool first = true;
    for (const DocumentEntry& entry : node.entries) {
      if (!(first && inlined)) {
        comments(entry.above, indent, first);
        text_ += std::string(indent, ' ');
      }
      first = false;
      if (node.kind == Kind::kList) {
        text_ += "-";
        item(entry, indent);
      } else {
        text_ += one_line(*entry.key) + ":";
        value(entry, indent, indent + 2, indent);
      }
    }
    comments(node.below, indent, false);
  }

  void item(const DocumentEntry& entry, std::size_t indent) {
    const DocumentNode& node = *entry.value;
    const bool inlines = node.kind == Kind::kMap && !flow_of(entry, indent + 2) && !node.entries.empty() &&
                         node.anchor.empty() && node.tag.empty() && entry.behind.empty();
    if (!inlines) return value(entry, indent, indent + 2, indent + 2);
    // What is above the first key belongs above the dash.
    const auto& above = node.entries.front().above;
    if (std::any_of(above.begin(), above.end(), [](const std::string& line) { return !line.empty(); })) {
      text_.erase(text_.rfind('\n') == std::string::npos ? 0 : text_.rfind('\n') + 1);
      comments(above, indent, true);
      text_ += std::string(indent, ' ') + "-";
    }
    text_ += " ";
    entries(node, indent + 2, true);
  }

  std::optional<std::string> flow_of(const DocumentEntry& entry, std::size_t indent) const {
    auto text = flow(*entry.value);
    const bool nested = entry.value->kind == Kind::kMap || entry.value->kind == Kind::kList;
    const std::size_t key = entry.key ? one_line(*entry.key).size() + 2 : 0;
    if (text && nested && !entry.value->entries.empty() && indent + key + text->size() > kWidth) return std::nullopt;
    return text;
  }

  void value(const DocumentEntry& entry, std::size_t indent, std::size_t map_indent, std::size_t list_indent) {
    const DocumentNode& node = *entry.value;
    const std::string behind = entry.behind.empty() ? "" : "  " + entry.behind;
    if (node.kind == Kind::kScalar && node.style == Style::kBlock) return block(node, behind, indent + 2);
    if (const auto text = flow_of(entry, indent)) {
      text_ += (text->empty() ? "" : " ") + *text + behind + "\n";
      return;
    }
    std::string anchor = prefix(node);
    if (!anchor.empty()) anchor = " " + anchor.substr(0, anchor.size() - 1);
    text_ += anchor + behind + "\n";
    entries(node, node.kind == Kind::kMap ? map_indent : list_indent, false);
  }

  void block(const DocumentNode& node, const std::string& behind, std::size_t indent) {
    text_ += " " + prefix(node) + node.block_header + behind + "\n";
    const bool literal = node.block_header.starts_with("|");
    for (std::string line : node.block_lines) {
      // In a literal block, blanks at the end of a line are part of the text.
      if (!literal) line.erase(line.find_last_not_of(" \t") + 1);
      text_ += line.find_first_not_of(" \t") == std::string::npos && !literal ? "\n"
               : line.empty()                                                 ? "\n"
                                                                              : std::string(indent, ' ') + line + "\n";
    }
  }

  std::string text_;
};

// The content of a file regardless of its form: to verify that formatting changed nothing else.
std::string meaning(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "~";
    case YamlNode::Kind::kScalar: {
      std::string text = node.text;
      while (!text.empty() && text.back() == ' ') text.pop_back();
      return (node.plain ? "p" : "q") + std::to_string(text.size()) + ":" + text;
    }
    case YamlNode::Kind::kList: {
      std::string text = "[";
      for (const YamlNodePtr& item : node.items) text += meaning(*item) + ",";
      return text + "]";
    }
    case YamlNode::Kind::kMap: {
      std::vector<std::string> entries;
      for (const auto& [key, value] : node.entries) entries.push_back(meaning(*key) + "=" + meaning(*value));
      std::sort(entries.begin(), entries.end());
      std::string text = "{";
      for (const std::string& entry : entries) text += entry + ",";
      return text + "}";
    }
  }
  return "";
}

std::optional<std::string> meaning_of(const std::string& text) {
  const SourceText source(text);
  const auto tree = parse_yaml(source);
  if (!tree) return std::nullopt;
  return tree.value() ? meaning(*tree.value()) : "";
}

Diagnostic diagnostic(const SourceFile& file, std::size_t offset, std::string message) {
  return {file.path, SourceText(file.text).position(offset), Severity::kError, std::move(message), ""};
}

}  // namespace

Result<std::string, Diagnostic> format_rule_file(const SourceFile& file) {
  auto document = read_document(file.text);
  if (!document) return diagnostic(file, document.error().offset, document.error().message);
  if (document->root) order_rule_keys(*document->root);
  std::string text = Writer().write(*document);
  // Verifies that no word is lost.
  const auto after = read_document(text);
  std::multiset<std::string> before_comments(document->comments.begin(), document->comments.end()), after_comments;
  if (after) after_comments.insert(after->comments.begin(), after->comments.end());
  if (!after || meaning_of(file.text) != meaning_of(text) || before_comments != after_comments) {
    return diagnostic(file, 0, "this file is written in a way that cannot be formatted without changing it; it stays");
  }
  return text;
}

}  // namespace hotspot::rules
