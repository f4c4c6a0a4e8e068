#include "actuator/rules/fmt/yaml_document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>

namespace hotspot::rules {
namespace {

using Kind = DocumentNode::Kind;
using Style = DocumentNode::Style;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

struct Line {
  std::size_t begin = 0, end = 0;  // without its line break
  std::size_t indent = 0;
  bool blank = false;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    Line line;
    line.begin = at;
    const std::size_t brk = std::min(text.find('\n', at), text.size());
    line.end = brk > at && text[brk - 1] == '\r' ? brk - 1 : brk;
    line.indent = std::min(text.substr(0, line.end).find_first_not_of(' ', at), line.end) - at;
    line.blank = line.begin + line.indent == line.end;
    lines.push_back(line);
    at = brk + 1;
  }
  return lines;
}

// Where a quoted text that starts at `at` ends.
std::size_t quote_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || text.substr(at + 1, 1) != "'") return at + 1;
      ++at;
    }
  }
  return text.size();
}

class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view text, const std::vector<Line>& lines) : text_(text), lines_(lines) {}

  DocumentNodePtr take_root() { return std::move(root_); }
  // Ranges in which a # does not start a comment.
  const std::vector<std::pair<std::size_t, std::size_t>>& opaque() const { return opaque_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string& name) override { anchor_ = name; }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    DocumentNodePtr node = make(Kind::kNull, mark);
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,]}", node->offset), text_.size());
    const std::string_view word = text_.substr(node->offset, end - node->offset);
    if (word == "~" || word == "null" || word == "Null" || word == "NULL") node->text = word;
    place(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    DocumentNodePtr node = make(Kind::kAlias, mark);
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,]}:", node->offset), text_.size());
    node->text = text_.substr(node->offset, end - node->offset);
    place(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    DocumentNodePtr node = make(Kind::kScalar, mark);
    node->text = value;
    const char first = node->offset < text_.size() ? text_[node->offset] : '\0';
    if (tag != "?" && (first == '"' || first == '\'')) {
      node->style = first == '"' ? Style::kDouble : Style::kSingle;
      node->end = quote_end(text_, node->offset);
      node->source = text_.substr(node->offset, node->end - node->offset);
      opaque_.emplace_back(node->offset, node->end);
    } else if (tag != "?" && (first == '|' || first == '>')) {
      read_block(*node);
    }
    place(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(make(Kind::kList, mark), style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(make(Kind::kMap, mark), style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    DocumentNodePtr node;
    DocumentNodePtr key;
  };

  DocumentNodePtr make(Kind kind, const YAML::Mark& mark) {
    auto node = std::make_unique<DocumentNode>();
    node->kind = kind;
    node->anchor = std::exchange(anchor_, "");
    std::size_t at = mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), text_.size());
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      const std::size_t end = std::min(text_.find_first_of(" \t\r\n", at), text_.size());
      if (text_[at] == '!') node->tag = text_.substr(at, end - at);
      at = std::min(text_.find_first_not_of(" \t\r\n", end), text_.size());
    }
    node->offset = at;
    return node;
  }

  std::size_t line_of(std::size_t offset) const {
    const auto next = std::upper_bound(lines_.begin(), lines_.end(), offset,
                                       [](std::size_t at, const Line& line) { return at < line.begin; });
    return next == lines_.begin() ? 0 : static_cast<std::size_t>(next - lines_.begin()) - 1;
  }

  // The column of the node's parent: its key, or its dash.
  std::size_t parent_column() const {
    if (open_.empty()) return 0;
    const Open& parent = open_.back();
    if (parent.key) return parent.key->offset - lines_[line_of(parent.key->offset)].begin;
    return parent.node->entries.empty() ? 0 : static_cast<std::size_t>(parent.node->entries.front().column);
  }

  void read_block(DocumentNode& node) {
    node.style = Style::kBlock;
    std::size_t number = line_of(node.offset);
    std::size_t header_end = node.offset;
    while (header_end < lines_[number].end && !is_blank(text_[header_end])) ++header_end;
    node.block_header = text_.substr(node.offset, header_end - node.offset);
    const std::size_t first = ++number;
    while (number < lines_.size() && lines_[number].blank) ++number;
    const std::size_t least = open_.empty() ? 0 : parent_column() + 1;
    std::size_t indent = number < lines_.size() ? lines_[number].indent : 0;
    for (const char c : node.block_header) {
      if (c >= '1' && c <= '9') indent = least - 1 + static_cast<std::size_t>(c - '0');
    }
    for (number = first; number < lines_.size() && indent >= least; ++number) {
      const Line& line = lines_[number];
      if (!line.blank && line.indent < indent) break;
      const std::size_t begin = std::min(line.begin + indent, line.end);
      node.block_lines.emplace_back(text_.substr(begin, line.end - begin));
    }
    const bool keeps = node.block_header.find('+') != std::string::npos;
    while (!keeps && !node.block_lines.empty() &&
           node.block_lines.back().find_first_not_of(" \t") == std::string::npos) {
      node.block_lines.pop_back();
    }
    if (!node.block_lines.empty()) {
      opaque_.emplace_back(lines_[first].begin, lines_[first + node.block_lines.size() - 1].end);
    }
  }

  void open(DocumentNodePtr node, YAML::EmitterStyle::value style) {
    node->style = style == YAML::EmitterStyle::Flow ? Style::kFlow : Style::kBlock;
    open_.push_back({std::move(node), nullptr});
  }

  void close() {
    DocumentNodePtr node = std::move(open_.back().node);
    open_.pop_back();
    if (node->style == Style::kFlow) node->end = flow_end(node->offset);
    place(std::move(node));
  }

  std::size_t flow_end(std::size_t at) const {
    int depth = 0;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '[' || c == '{') ++depth;
      if ((c == ']' || c == '}') && --depth == 0) return at + 1;
      if (c == '#' && (at == 0 || is_blank(text_[at - 1]) || text_[at - 1] == '\n')) at = text_.find('\n', at) - 1;
      const bool begins = at > 0 && (is_blank(text_[at - 1]) ||
                                     std::string_view("[{,:\n").find(text_[at - 1]) != std::string_view::npos);
      if ((c == '"' || c == '\'') && begins) at = quote_end(text_, at) - 1;
    }
    return at;
  }

  void place(DocumentNodePtr node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node->kind == Kind::kMap && !parent.key) {
      parent.key = std::move(node);
      return;
    }
    DocumentEntry entry;
    entry.key = std::move(parent.key);
    parent.key = nullptr;
    entry.value = std::move(node);
    std::size_t at = entry.key ? entry.key->offset : entry.value->offset;
    if (!entry.key && parent.node->style == Style::kBlock) at = dash_before(at);
    const std::size_t number = line_of(std::min(at, text_.empty() ? 0 : text_.size() - 1));
    entry.line = static_cast<int>(number);
    entry.column = static_cast<int>(at - lines_[number].begin);
    parent.node->entries.push_back(std::move(entry));
  }

  // The dash of an item; nested lists may have several on one line, so the nearest before the value.
  std::size_t dash_before(std::size_t at) const {
    while (at > 0) {
      const std::size_t dash = text_.rfind('-', at - 1);
      if (dash == std::string_view::npos) break;
      const char behind = dash + 1 < text_.size() ? text_[dash + 1] : '\n';
      const std::size_t number = line_of(dash);
      const std::string_view before = text_.substr(lines_[number].begin, dash - lines_[number].begin);
      if ((is_blank(behind) || behind == '\n' || behind == '\r') &&
          before.find_first_not_of(" \t-") == std::string_view::npos) {
        return dash;
      }
      at = dash;
    }
    return at;
  }

  std::string_view text_;
  const std::vector<Line>& lines_;
  DocumentNodePtr root_;
  std::vector<Open> open_;
  std::string anchor_;
  std::vector<std::pair<std::size_t, std::size_t>> opaque_;
};

struct Comment {
  std::string text;
  std::size_t offset = 0;
  int line = 0, column = 0;
  bool own_line = false;
  bool blank_above = false;
};

std::vector<Comment> comments_of(std::string_view text, const std::vector<Line>& lines,
                                 std::vector<std::pair<std::size_t, std::size_t>> opaque) {
  std::sort(opaque.begin(), opaque.end());
  std::vector<Comment> comments;
  std::size_t next = 0;
  for (std::size_t number = 0; number < lines.size(); ++number) {
    const Line& line = lines[number];
    for (std::size_t at = line.begin; at < line.end; ++at) {
      while (next < opaque.size() && opaque[next].second <= at) ++next;
      if (next < opaque.size() && at >= opaque[next].first) {
        at = std::min(opaque[next].second, line.end) - 1;
        continue;
      }
      if (text[at] != '#' || (at > line.begin && !is_blank(text[at - 1]))) continue;
      Comment comment;
      std::size_t end = line.end;
      while (end > at && is_blank(text[end - 1])) --end;
      comment.text = text.substr(at, end - at);
      comment.offset = at;
      comment.line = static_cast<int>(number);
      comment.column = static_cast<int>(at - line.begin);
      comment.own_line = line.begin + line.indent == at;
      comment.blank_above = number > 0 && lines[number - 1].blank;
      comments.push_back(std::move(comment));
      break;
    }
  }
  return comments;
}

// Finds what each comment and blank line belongs to.
class Attacher {
 public:
  Attacher(Document& document, const std::vector<Line>& lines) : document_(document), lines_(lines) {
    if (document.root) walk(*document.root, nullptr);
  }

  void attach(const std::vector<Comment>& comments) {
    for (const Comment& comment : comments) {
      document_.comments.push_back(comment.text);
      if (comment.own_line) {
        attach_above(comment);
      } else {
        attach_behind(comment);
      }
    }
    for (const Place& place : places_) mark_blank(*place.entry);
  }

 private:
  struct Place {
    DocumentEntry* entry;
    DocumentNode* container;
    const Place* parent;
  };

  void walk(DocumentNode& node, const Place* parent) {
    if (parent == nullptr) places_.reserve(count(node));
    for (DocumentEntry& entry : node.entries) {
      places_.push_back({&entry, &node, parent});
      walk(*entry.value, &places_.back());
    }
  }
  static std::size_t count(const DocumentNode& node) {
    std::size_t total = 1;
    for (const DocumentEntry& entry : node.entries) total += count(*entry.value);
    return total;
  }

  void attach_above(const Comment& comment) {
    const auto next = std::find_if(places_.begin(), places_.end(),
                                   [&](const Place& place) { return place.entry->line > comment.line; });
    std::vector<std::string>* where = &document_.below;
    const bool inside_flow = next != places_.end() && next->container->style == Style::kFlow;
    if (next != places_.end() && (inside_flow || comment.column <= next->entry->column || next == places_.begin())) {
      where = &next->entry->above;
    } else if (next != places_.begin()) {
      where = below_of(*(next - 1), comment);
    }
    if (comment.blank_above && (where->empty() || !where->back().empty())) where->emplace_back();
    where->push_back(comment.text);
  }

  // The innermost list or map that is open above the comment and starts no further to the right.
  std::vector<std::string>* below_of(const Place& last, const Comment& comment) {
    for (const Place* place = &last; place != nullptr; place = place->parent) {
      if (place->entry->column <= comment.column) return &place->container->below;
    }
    return &document_.below;
  }

  void attach_behind(const Comment& comment) {
    Place* best = nullptr;
    for (Place& place : places_) {
      const auto at =
          static_cast<std::size_t>(place.entry->column) + lines_[static_cast<std::size_t>(place.entry->line)].begin;
      if (at < comment.offset) best = &place;
    }
    if (best == nullptr) {
      document_.below.push_back(comment.text);
      return;
    }
    // After a list or map in brackets, the comment belongs to the whole of it.
    const Place* owner = best;
    for (const Place* place = best; place != nullptr; place = place->parent) {
      const DocumentNode& container = *place->container;
      if (container.style == Style::kFlow && container.end <= comment.offset && place->parent != nullptr) {
        owner = place->parent;
      }
    }
    std::string& behind = owner->entry->behind;
    if (behind.empty()) {
      behind = comment.text;
    } else {
      owner->entry->above.push_back(comment.text);
    }
  }

  // One blank line above an entry is kept, above its comments.
  void mark_blank(DocumentEntry& entry) const {
    const auto line = static_cast<std::size_t>(entry.line);
    if (line == 0 || !lines_[line - 1].blank) return;
    entry.above.emplace_back();
  }

  Document& document_;
  const std::vector<Line>& lines_;
  std::vector<Place> places_;
};

}  // namespace

Result<Document, YamlProblem> read_document(std::string_view text) {
  const SourceText source(text);
  if (auto tree = parse_yaml(source); !tree) return tree.error();
  const std::vector<Line> lines = lines_of(text);
  Document document;
  Builder builder(text, lines);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
  } catch (const std::exception& error) {
    return YamlProblem{0, std::string("not valid YAML: ") + error.what()};
  }
  document.root = builder.take_root();
  for (const Line& line : lines) {
    if (text.substr(line.begin, 3) == "---" && line.indent == 0) document.marked = true;
  }
  Attacher(document, lines).attach(comments_of(text, lines, builder.opaque()));
  return document;
}

}  // namespace hotspot::rules
