#include "actuator/rules/template/parser.h"

#include <algorithm>
#include <utility>

#include "actuator/rules/language/lexer.h"
#include "actuator/rules/template/format.h"
#include "actuator/rules/template/literal.h"
#include "actuator/rules/template/pipeline_parser.h"

namespace hotspot::rules::templates {
namespace {

// Only spaces and comments: such a template may be defined again.
bool is_blank(const Node& node) {
  if (node.kind == NodeKind::kText) return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  return node.kind == NodeKind::kList &&
         std::all_of(node.parts.begin(), node.parts.end(), [](const NodePtr& part) { return is_blank(*part); });
}

class Parser : PipelineParser {
 public:
  explicit Parser(std::string_view text) : PipelineParser(text) {}

  Result<Template, TextProblem> run() {
    variables_ = {"$", "$labels", "$externalLabels", "$externalURL", "$value"};
    auto root = make(NodeKind::kList, 0);
    while (!problem_ && peek().kind != TokenKind::kEnd) {
      if (is_action("define")) {
        definition();
        continue;
      }
      const std::size_t at = peek().at;
      const End end = item(*root);
      if (end != End::kNone)
        fail(at, end == End::kEnd ? "'{{end}}' without its beginning" : "'{{else}}' without its 'if'");
    }
    if (problem_) return *problem_;
    made_.root = std::move(root);
    return std::move(made_);
  }

 private:
  enum class End { kNone, kEnd, kElse, kElseIf, kElseWith };

  // Is the next item an action that starts with this word?
  bool is_action(std::string_view word) const {
    if (peek().kind != TokenKind::kOpen) return false;
    const std::size_t space = peek(1).kind == TokenKind::kSpace ? 1 : 0;
    return peek(1 + space).kind == TokenKind::kWord && peek(1 + space).text == word;
  }

  // Parses text or an action and appends it to the list; or returns what ends the list.
  End item(Node& list) {
    if (const Token& first = peek_word(); first.kind == TokenKind::kText) {
      auto node = make(NodeKind::kText, first.at);
      node->text = next().text;
      list.parts.push_back(std::move(node));
      return End::kNone;
    }
    const Token open = next();
    if (open.kind != TokenKind::kOpen) return unexpected(open, "a template"), End::kNone;
    const Token word = peek_word();
    if (word.kind != TokenKind::kWord || !is_keyword(word.text) || word.text == "nil")
      return command_action(list, word);
    next();
    if (word.text == "end") return expect_close("'end'"), End::kEnd;
    if (word.text == "else") return otherwise();
    control(list, word);
    return End::kNone;
  }

  End command_action(Node& list, const Token& word) {
    auto node = make(NodeKind::kAction, word.at);
    node->pipe = pipeline("an action", TokenKind::kClose);
    list.parts.push_back(std::move(node));
    return End::kNone;
  }

  End otherwise() {
    const Token& word = peek_word();
    if (word.kind == TokenKind::kWord && word.text == "if") return next(), End::kElseIf;
    if (word.kind == TokenKind::kWord && word.text == "with") return next(), End::kElseWith;
    expect_close("'else'");
    return End::kElse;
  }

  void control(Node& list, const Token& word) {
    if (word.text == "if") return block(list, NodeKind::kIf, word.at);
    if (word.text == "with") return block(list, NodeKind::kWith, word.at);
    if (word.text == "range") return block(list, NodeKind::kRange, word.at);
    if (word.text == "template" || word.text == "block") return call(list, word);
    if (word.text == "define") return fail(word.at, "'define' cannot stand in another block");
    expect_close("'" + word.text + "'");
    if (ranges_ == 0) fail(word.at, "'" + word.text + "' outside of a 'range'");
    list.parts.push_back(make(word.text == "break" ? NodeKind::kBreak : NodeKind::kContinue, word.at));
  }

  // The rest of a list up to its end; `from` is where it began.
  End rest(std::shared_ptr<Node>& list, std::size_t from) {
    list = make(NodeKind::kList, peek_word().at);
    while (!problem_ && peek_word().kind != TokenKind::kEnd) {
      const End end = item(*list);
      if (end != End::kNone) return end;
    }
    fail(from, "this is not closed; '{{end}}' is missing");
    return End::kEnd;
  }

  void block(Node& list, NodeKind kind, std::size_t at) {
    if (++depth_ > kMaxDepth) return fail(at, "blocks nested too deep");
    const std::size_t variables = variables_.size();
    auto node = make(kind, at);
    auto pipe = pipeline(kind == NodeKind::kRange ? "'range'"
                         : kind == NodeKind::kIf  ? "'if'"
                                                  : "'with'",
                         TokenKind::kClose, kind == NodeKind::kRange ? Declares::kTwo : Declares::kOne);
    node->at = pipe->at;
    node->pipe = std::move(pipe);
    ranges_ += kind == NodeKind::kRange ? 1 : 0;
    std::shared_ptr<Node> body, other;
    const End end = rest(body, at);
    ranges_ -= kind == NodeKind::kRange ? 1 : 0;
    node->body = std::move(body);
    if ((end == End::kElseIf && kind == NodeKind::kIf) || (end == End::kElseWith && kind == NodeKind::kWith)) {
      other = make(NodeKind::kList, peek().at);
      block(*other, kind, peek().at);
    } else if (end == End::kElseIf || end == End::kElseWith) {
      fail(peek().at, "'else if' belongs to 'if', and 'else with' to 'with'");
    } else if (end == End::kElse) {
      if (rest(other, at) != End::kEnd) fail(peek().at, "a second 'else'; '{{end}}' was expected");
    }
    node->otherwise = std::move(other);
    variables_.resize(std::min(variables, variables_.size()));
    --depth_;
    list.parts.push_back(std::move(node));
  }

  bool name(Token& token) {
    token = (skip_spaces(), next());
    if (token.kind != TokenKind::kString && token.kind != TokenKind::kRawString) {
      unexpected(token, "place of a template's name, which is a string");
      return false;
    }
    const auto read = read_string(token.text);
    if (!read) return fail(token.at + read.error().offset, read.error().message), false;
    token.text = read->value;
    return true;
  }

  // Outer variables and loops are not visible inside.
  std::shared_ptr<Node> inside(std::size_t at) {
    std::vector<std::string> variables{"$"};
    std::swap(variables, variables_);
    const int ranges = std::exchange(ranges_, 0);
    std::shared_ptr<Node> list;
    if (++depth_ > kMaxDepth) fail(at, "blocks nested too deep");
    if (rest(list, at) != End::kEnd) fail(peek().at, "'{{else}}' without its 'if'");
    --depth_;
    ranges_ = ranges;
    std::swap(variables, variables_);
    return list;
  }

  void define(const std::string& name, std::size_t at, std::shared_ptr<Node> list) {
    if (!list) return;
    NodePtr& known = made_.defined[name];
    if (known == nullptr || is_blank(*known))
      known = std::move(list);
    else if (!is_blank(*list))
      fail(at, "a second template with the name \"" + name + "\"");
  }

  void definition() {
    next();
    skip_spaces();
    next();
    Token called;
    if (!name(called)) return;
    expect_close("'define'");
    define(called.text, called.at, inside(called.at));
  }

  void call(Node& list, const Token& word) {
    const bool is_block = word.text == "block";
    Token called;
    if (!name(called)) return;
    auto node = make(NodeKind::kTemplate, called.at);
    node->value = called.text;
    node->text = "\"" + called.text + "\"";
    if (!is_block && peek_word().kind == TokenKind::kClose)
      next();
    else
      node->pipe = pipeline(is_block ? "'block'" : "'template'", TokenKind::kClose);
    if (is_block && !problem_) define(called.text, called.at, inside(called.at));
    list.parts.push_back(std::move(node));
  }

  int ranges_ = 0;
  Template made_;
};

}  // namespace

Result<Template, TextProblem> parse(std::string_view text) {
  if (text.size() > kMaxText) return TextProblem{0, "the template is longer than 64 KiB", ""};
  return Parser(text).run();
}

}  // namespace hotspot::rules::templates
