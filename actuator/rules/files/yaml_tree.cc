#include "actuator/rules/files/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <sstream>

#include "actuator/rules/files/yaml_hints.h"
#include "telemetry/utf8.h"

namespace hotspot::rules {
namespace {

// A rule needs seven levels, and a file of a thousand rules some 30,000 nodes: the limits are far from both.
constexpr int kMaxYamlDepth = 32;
constexpr std::size_t kMaxNodes = 200'000;

struct Refused : std::exception {
  explicit Refused(YamlProblem what) : problem(std::move(what)) {}
  const char* what() const noexcept override { return "refused"; }
  YamlProblem problem;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text) {}

  YamlNodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) throw Refused({offset(mark), "a rule file is one YAML document; begin another file for the next"});
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::kNull, mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused({offset(mark), "an alias cannot stand for something it is part of"});
    place(found->second);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = make(YamlNode::Kind::kScalar, mark);
    node->plain = tag == "?";
    node->text = value;
    // yaml-cpp accepts the end of the file in place of the closing quote.
    if (!node->plain && !is_closed(node->offset)) throw Refused({node->offset, "this quote is not closed"});
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::kList, mark), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::kMap, mark), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    YamlNodePtr key;  // of a map, while its value is still missing
  };

  // yaml-cpp reports a node at its anchor or tag; the value comes after them.
  std::size_t offset(const YAML::Mark& mark) const {
    std::size_t at = mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), text_.size());
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      at = std::min(text_.find_first_of(" \t\r\n", at), text_.size());
      at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    }
    return at;
  }

  bool is_closed(std::size_t at) const {
    const char quote = at < text_.size() ? text_[at] : '\0';
    if (quote != '"' && quote != '\'') return true;
    for (++at; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\')
        ++at;
      else if (text_[at] == quote && quote == '\'' && text_.substr(at + 1, 1) == "'")
        ++at;
      else if (text_[at] == quote)
        return true;
    }
    return false;
  }

  std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark& mark) const {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->offset = offset(mark);
    return node;
  }

  void open(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    if (open_.size() >= kMaxYamlDepth) throw Refused({node->offset, too_deep()});
    open_.push_back({std::move(node), anchor, nullptr});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    place(std::move(node));
  }

  void place(YamlNodePtr node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    parent.node->total += node->total;
    parent.node->depth = std::max(parent.node->depth, node->depth + 1);
    if (parent.node->total > kMaxNodes) {
      throw Refused({parent.node->offset,
                     "more than " + std::to_string(kMaxNodes) + " values, aliases counted each time; split the file"});
    }
    if (parent.node->depth > kMaxYamlDepth) throw Refused({parent.node->offset, too_deep()});
    if (parent.node->kind == YamlNode::Kind::kList) {
      parent.node->items.push_back(std::move(node));
    } else if (parent.key) {
      parent.node->entries.emplace_back(std::exchange(parent.key, nullptr), std::move(node));
    } else {
      parent.key = std::move(node);
    }
  }

  static std::string too_deep() { return "nested more than " + std::to_string(kMaxYamlDepth) + " levels deep"; }

  std::string_view text_;
  YamlNodePtr root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNodePtr> anchors_;
};

// In operators' words: yaml-cpp's messages presume knowledge of its implementation.
std::string yaml_message(const std::string& message) {
  if (message == "illegal map value") return "a ':' cannot stand here; a text with ': ' in it needs quotes";
  if (message == "unknown token") return "this character cannot begin a value; put the text in quotes";
  if (message == "end of map not found") return "not valid YAML: this line does not belong to the mapping above it";
  if (message == "end of sequence not found") return "not valid YAML: this line does not belong to the list above it";
  if (message == "end of map flow not found") return "not valid YAML: a '}' is missing before here";
  if (message == "end of sequence flow not found") return "not valid YAML: a ']' is missing before here";
  return "not valid YAML: " + message;
}

YamlProblem yaml_problem(const SourceText& source, const YAML::Mark& mark, const std::string& message) {
  const std::size_t at = mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), source.text().size());
  const std::size_t line_start = source.text().rfind('\n', at == 0 ? 0 : at - 1);
  const std::size_t start = line_start == std::string_view::npos || at == 0 ? 0 : line_start + 1;
  const std::size_t indent = source.text().substr(start).find_first_not_of(" \t");
  const std::size_t tab = source.text().substr(start).find('\t');
  if (tab != std::string_view::npos && indent != std::string_view::npos && tab < indent) {
    return {start + tab, "a tab cannot indent in YAML; use spaces", ""};
  }
  if (auto slip = probable_slip(source, at, message)) return *std::move(slip);
  return {at, yaml_message(message), ""};
}

std::optional<YamlProblem> unreadable(std::string_view text) {
  if (text.size() > kMostFileBytes) return YamlProblem{0, "larger than 4 MiB; split the file"};
  if (const auto bad = telemetry::find_invalid_utf8(text)) return YamlProblem{*bad, "not UTF-8 text from here on"};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f) {
      return YamlProblem{i, "a control character cannot stand in a rule file"};
    }
  }
  return std::nullopt;
}

}  // namespace

const char* describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a mapping";
  }
  return "unknown";
}

Result<YamlNodePtr, YamlProblem> parse_yaml(const SourceText& source) {
  if (auto problem = unreadable(source.text())) return *std::move(problem);
  std::string text(source.text());
  // yaml-cpp drops a byte order mark and counts from after it; replacing it by blanks would indent the line.
  const bool marked = text.starts_with("\xef\xbb\xbf");
  if (marked) return YamlProblem{0, "the file begins with a byte order mark; save it as UTF-8 without one"};
  std::istringstream stream(std::move(text));
  TreeBuilder builder(source.text());
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return refused.problem;
  } catch (const YAML::Exception& error) {
    // yaml-cpp 0.8 includes the anchor's name, which the caret shows already.
    static constexpr std::string_view kUnknownAnchor = "the referenced anchor is not defined";
    const bool unknown_anchor = error.msg.starts_with(kUnknownAnchor);
    return yaml_problem(source, error.mark, unknown_anchor ? std::string(kUnknownAnchor) : error.msg);
  } catch (const std::exception& error) {
    return YamlProblem{0, std::string("not valid YAML: ") + error.what()};
  }
  return builder.root();
}

}  // namespace hotspot::rules
