#include "actuator/rules/template/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "actuator/rules/lexer.h"
#include "actuator/rules/template/format.h"
#include "actuator/rules/template/functions.h"
#include "actuator/rules/template/lexer.h"
#include "actuator/rules/template/literal.h"
#include "common/text/characters.h"

namespace hotspot::rules::templates {
namespace {

constexpr int kMaxDepth = 100;  // of parentheses, and of blocks in blocks

constexpr std::array<std::string_view, 11> kKeywords{"block", "break", "continue", "define",   "else", "end",
                                                     "if",    "nil",   "range",    "template", "with"};
bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

std::shared_ptr<Node> make(NodeKind kind, std::size_t at) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->at = node->begin = at;
  return node;
}

// Spaces and comments alone: such a template may be defined again.
bool is_blank(const Node& node) {
  if (node.kind == NodeKind::kText) return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  return node.kind == NodeKind::kList &&
         std::all_of(node.parts.begin(), node.parts.end(), [](const NodePtr& part) { return is_blank(*part); });
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(read_tokens(text)) {}

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

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token next() {
    Token token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  void skip_spaces() {
    while (peek().kind == TokenKind::kSpace) next();
  }
  const Token& peek_word() {
    skip_spaces();
    return peek();
  }
  void fail(std::size_t at, std::string message, std::string suggestion = "") {
    if (!problem_) problem_ = TextProblem{at, std::move(message), std::move(suggestion)};
  }
  // A token that cannot stand here; what the lexer could not read says so itself.
  void unexpected(const Token& token, const std::string& where) {
    if (token.kind == TokenKind::kError) return fail(token.at, token.text);
    if (token.kind == TokenKind::kEnd) return fail(token.at, "the template ends in " + where);
    if (token.kind == TokenKind::kAssign || (token.kind == TokenKind::kOther && is_operator(token.text[0])))
      return fail(token.at, kNoOperators);
    fail(token.at, "'" + token.text + "' cannot stand in " + where);
  }
  void expect_close(const std::string& where) {
    const Token token = (skip_spaces(), next());
    if (token.kind != TokenKind::kClose) unexpected(token, where);
  }

  // Is the next thing an action that begins with the word?
  bool is_action(std::string_view word) const {
    if (peek().kind != TokenKind::kOpen) return false;
    const std::size_t space = peek(1).kind == TokenKind::kSpace ? 1 : 0;
    return peek(1 + space).kind == TokenKind::kWord && peek(1 + space).text == word;
  }

  // Text or an action, appended to the list; or what ends the list.
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

  // The rest of a list up to its end; `from` is where it was opened.
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
                         TokenKind::kClose, kind == NodeKind::kRange);
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

  // Variables and loops of the surroundings are not seen inside.
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

  // $x := or $x = or, in a range, $i, $x :=
  void declarations(Node& pipe, bool is_range, const std::string& where) {
    while (!problem_ && peek_word().kind == TokenKind::kVariable) {
      const std::size_t back = at_;
      const Token variable = next();
      const Token& sign = peek_word();
      const bool is_comma = sign.kind == TokenKind::kOther && sign.text == ",";
      if (sign.kind != TokenKind::kAssign && sign.kind != TokenKind::kDeclare && !is_comma) {
        at_ = back;
        return;
      }
      pipe.assigns = sign.kind == TokenKind::kAssign;
      const Token separator = next();
      auto node = make(NodeKind::kVariable, variable.at);
      node->names = {variable.text};
      pipe.declared.push_back(std::move(node));
      variables_.push_back(variable.text);
      if (!is_comma) return;
      if (!is_range || pipe.declared.size() > 1)
        return fail(separator.at, "too many variables are declared in " + where);
      const TokenKind following = peek_word().kind;
      if (following != TokenKind::kVariable && following != TokenKind::kClose && following != TokenKind::kRightParen)
        return fail(peek().at, "a 'range' can declare variables only");
    }
  }

  std::shared_ptr<Node> pipeline(const std::string& where, TokenKind end, bool is_range = false) {
    auto pipe = make(NodeKind::kPipe, peek_word().at);
    declarations(*pipe, is_range, where);
    while (!problem_) {
      const Token& token = peek_word();
      if (token.kind == end) {
        next();
        check(*pipe, token.at, where);
        break;
      }
      if (!begins_operand(token)) {
        unexpected(token, where);
        break;
      }
      pipe->parts.push_back(command());
    }
    return pipe;
  }

  static bool begins_operand(const Token& token) {
    switch (token.kind) {
      case TokenKind::kWord:
        return !is_keyword(token.text) || token.text == "nil";
      case TokenKind::kField:
      case TokenKind::kVariable:
      case TokenKind::kDot:
      case TokenKind::kNumber:
      case TokenKind::kCharacter:
      case TokenKind::kString:
      case TokenKind::kRawString:
      case TokenKind::kLeftParen:
        return true;
      default:
        return false;
    }
  }

  void check(const Node& pipe, std::size_t end, const std::string& where) {
    if (pipe.parts.empty()) return fail(end, "there is no value in " + where);
    for (std::size_t i = 1; i < pipe.parts.size(); ++i) {
      const Node& first = *pipe.parts[i]->parts[0];
      if (first.kind == NodeKind::kBool || first.kind == NodeKind::kDot || first.kind == NodeKind::kNil ||
          first.kind == NodeKind::kNumber || first.kind == NodeKind::kString)
        return fail(first.at, "behind '|' stands a function, this is none");
    }
  }

  std::shared_ptr<Node> command() {
    auto command = make(NodeKind::kCommand, peek_word().at);
    while (!problem_) {
      skip_spaces();
      if (NodePtr one = operand()) command->parts.push_back(std::move(one));
      if (problem_) break;
      const Token& token = peek();
      if (token.kind == TokenKind::kSpace) {
        next();
        continue;
      }
      if (token.kind == TokenKind::kPipe)
        next();
      else if (token.kind != TokenKind::kClose && token.kind != TokenKind::kRightParen)
        unexpected(token, "an action; a blank may be missing before it");
      break;
    }
    if (command->parts.empty()) fail(command->at, "a command is missing");
    return command;
  }

  NodePtr operand() {
    std::shared_ptr<Node> node = term();
    if (!node || problem_ || peek().kind != TokenKind::kField) return node;
    const std::size_t at = peek().at;
    std::vector<std::string> names;
    while (peek().kind == TokenKind::kField) names.push_back(next().text.substr(1));
    switch (node->kind) {
      case NodeKind::kField:
      case NodeKind::kVariable:
        node->names.insert(node->names.end(), names.begin(), names.end());
        node->at = at;
        return node;
      case NodeKind::kBool:
      case NodeKind::kString:
      case NodeKind::kNumber:
      case NodeKind::kNil:
      case NodeKind::kDot:
        fail(at, "a field of '" + source_of(*node) + "', which has none");
        return node;
      default:
        break;
    }
    auto chain = make(NodeKind::kChain, at);
    chain->names = std::move(names);
    chain->parts.push_back(std::move(node));
    return chain;
  }

  std::shared_ptr<Node> term() {
    const Token token = peek();
    if (!begins_operand(token)) return nullptr;
    next();
    auto node = make(NodeKind::kDot, token.at);
    switch (token.kind) {
      case TokenKind::kWord:
        return word(token, std::move(node));
      case TokenKind::kVariable:
        return variable(token, std::move(node));
      case TokenKind::kField:
        node->kind = NodeKind::kField;
        node->names = {token.text.substr(1)};
        return node;
      case TokenKind::kNumber:
        return number(token, std::move(node));
      case TokenKind::kCharacter:
        return character(token, std::move(node));
      case TokenKind::kString:
      case TokenKind::kRawString:
        return string(token, std::move(node));
      case TokenKind::kLeftParen:
        return parenthesized(token);
      default:
        return node;
    }
  }

  std::shared_ptr<Node> parenthesized(const Token& open) {
    if (++depth_ > kMaxDepth) {
      fail(open.at, "parentheses nested too deep");
      return make(NodeKind::kPipe, open.at);
    }
    auto pipe = pipeline("parentheses", TokenKind::kRightParen);
    --depth_;
    return pipe;
  }

  std::shared_ptr<Node> word(const Token& token, std::shared_ptr<Node> node) {
    node->text = token.text;
    if (token.text == "true" || token.text == "false") {
      node->kind = NodeKind::kBool;
      node->truth = token.text == "true";
    } else if (token.text == "nil") {
      node->kind = NodeKind::kNil;
    } else {
      node->kind = NodeKind::kFunction;
      if (find_function(token.text) == nullptr && !problem_)
        problem_ = unknown_word(token.at, "template function", token.text, function_names());
    }
    return node;
  }

  std::shared_ptr<Node> variable(const Token& token, std::shared_ptr<Node> node) {
    node->kind = NodeKind::kVariable;
    node->names = {token.text};
    if (std::find(variables_.begin(), variables_.end(), token.text) != variables_.end() || problem_) return node;
    const std::vector<std::string_view> known(variables_.begin() + 1, variables_.end());
    if (known.empty())
      fail(token.at,
           "unknown variable '" + token.text + "'; 'define' and 'block' see '$' alone, which is what they are given");
    else
      problem_ = unknown_word(token.at, "variable", token.text, known);
    return node;
  }

  std::shared_ptr<Node> number(const Token& token, std::shared_ptr<Node> node) {
    node->kind = NodeKind::kNumber;
    node->text = token.text;
    if (auto read = read_number(token.text))
      node->number = *read;
    else
      fail(token.at, read.error().message);
    return node;
  }

  std::shared_ptr<Node> character(const Token& token, std::shared_ptr<Node> node) {
    node->kind = NodeKind::kNumber;
    node->text = token.text;
    const auto read = read_string(token.text);
    const text::Character first =
        read && !read->value.empty() ? text::first_character(read->value) : text::Character{0, 0, false};
    const bool is_escape =
        token.text.starts_with("'\\x") || (token.text.size() > 2 && token.text[2] >= '0' && token.text[2] <= '7');
    if (!read || read->value.empty() || first.bytes != read->value.size()) {
      fail(token.at, "'...' holds one character; a string stands in \"...\"");
      return node;
    }
    const std::int64_t code = first.valid ? static_cast<std::int64_t>(first.code)
                              : is_escape ? static_cast<unsigned char>(read->value[0])
                                          : 0xfffd;
    node->number.integer = code;
    node->number.whole = static_cast<std::uint64_t>(code);
    node->number.real = static_cast<double>(code);
    return node;
  }

  std::shared_ptr<Node> string(const Token& token, std::shared_ptr<Node> node) {
    node->kind = NodeKind::kString;
    node->text = token.text;
    const auto read = read_string(token.text);
    if (!read) return fail(token.at + read.error().offset, read.error().message), node;
    node->value = read->value;
    if (token.kind == TokenKind::kRawString) std::erase(node->value, '\r');
    return node;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<std::string> variables_;
  int ranges_ = 0, depth_ = 0;
  Template made_;
  std::optional<TextProblem> problem_;
};

}  // namespace

Result<Template, TextProblem> parse(std::string_view text) {
  if (text.size() > kMaxText) return TextProblem{0, "the template is longer than 64 KiB", ""};
  return Parser(text).run();
}

}  // namespace hotspot::rules::templates
