#include "actuator/rules/template/pipeline_parser.h"

#include <array>

#include "actuator/rules/language/lexer.h"
#include "actuator/rules/template/functions.h"
#include "actuator/rules/template/literal.h"
#include "common/text/characters.h"

namespace hotspot::rules::templates {
namespace {

constexpr std::array<std::string_view, 11> kKeywords{"block", "break", "continue", "define",   "else", "end",
                                                     "if",    "nil",   "range",    "template", "with"};

}  // namespace

bool PipelineParser::is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

std::shared_ptr<Node> PipelineParser::make(NodeKind kind, std::size_t at) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->at = node->begin = at;
  return node;
}

Token PipelineParser::next() {
  Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

void PipelineParser::skip_spaces() {
  while (peek().kind == TokenKind::kSpace) next();
}

const Token& PipelineParser::peek_word() {
  skip_spaces();
  return peek();
}

void PipelineParser::fail(std::size_t at, std::string message, std::string suggestion) {
  if (!problem_) problem_ = TextProblem{at, std::move(message), std::move(suggestion)};
}

void PipelineParser::unexpected(const Token& token, const std::string& where) {
  if (token.kind == TokenKind::kError) return fail(token.at, token.text);
  if (token.kind == TokenKind::kEnd) return fail(token.at, "the template ends in " + where);
  if (token.kind == TokenKind::kAssign || (token.kind == TokenKind::kOther && is_operator(token.text[0])))
    return fail(token.at, kNoOperators);
  fail(token.at, "'" + token.text + "' cannot stand in " + where);
}

void PipelineParser::expect_close(const std::string& where) {
  const Token token = (skip_spaces(), next());
  if (token.kind != TokenKind::kClose) unexpected(token, where);
}

void PipelineParser::declarations(Node& pipe, Declares most, const std::string& where) {
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
    if (most == Declares::kOne || pipe.declared.size() > 1)
      return fail(separator.at, "too many variables are declared in " + where);
    const TokenKind following = peek_word().kind;
    if (following != TokenKind::kVariable && following != TokenKind::kClose && following != TokenKind::kRightParen)
      return fail(peek().at, "a 'range' can declare variables only");
  }
}

std::shared_ptr<Node> PipelineParser::pipeline(const std::string& where, TokenKind end, Declares most) {
  auto pipe = make(NodeKind::kPipe, peek_word().at);
  declarations(*pipe, most, where);
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

bool PipelineParser::begins_operand(const Token& token) {
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

void PipelineParser::check(const Node& pipe, std::size_t end, const std::string& where) {
  if (pipe.parts.empty()) return fail(end, "there is no value in " + where);
  for (std::size_t i = 1; i < pipe.parts.size(); ++i) {
    const Node& first = *pipe.parts[i]->parts[0];
    if (first.kind == NodeKind::kBool || first.kind == NodeKind::kDot || first.kind == NodeKind::kNil ||
        first.kind == NodeKind::kNumber || first.kind == NodeKind::kString)
      return fail(first.at, "a function must follow '|', and this is none");
  }
}

std::shared_ptr<Node> PipelineParser::command() {
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

NodePtr PipelineParser::operand() {
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

std::shared_ptr<Node> PipelineParser::term() {
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

std::shared_ptr<Node> PipelineParser::parenthesized(const Token& open) {
  if (++depth_ > kMaxDepth) {
    fail(open.at, "parentheses nested too deep");
    return make(NodeKind::kPipe, open.at);
  }
  auto pipe = pipeline("parentheses", TokenKind::kRightParen);
  --depth_;
  return pipe;
}

std::shared_ptr<Node> PipelineParser::word(const Token& token, std::shared_ptr<Node> node) {
  node->text = token.text;
  if (token.text == "true" || token.text == "false") {
    node->kind = NodeKind::kBool;
    node->truth = token.text == "true";
  } else if (token.text == "nil") {
    node->kind = NodeKind::kNil;
  } else {
    node->kind = NodeKind::kFunction;
    if (find_function(token.text) == nullptr && !problem_)
      problem_ = unknown_word({.what = "template function", .word = token.text, .offset = token.at}, function_names());
  }
  return node;
}

std::shared_ptr<Node> PipelineParser::variable(const Token& token, std::shared_ptr<Node> node) {
  node->kind = NodeKind::kVariable;
  node->names = {token.text};
  if (std::find(variables_.begin(), variables_.end(), token.text) != variables_.end() || problem_) return node;
  const std::vector<std::string_view> known(variables_.begin() + 1, variables_.end());
  if (known.empty())
    fail(token.at,
         "unknown variable '" + token.text + "'; 'define' and 'block' see '$' alone, which is what they are given");
  else
    problem_ = unknown_word({.what = "variable", .word = token.text, .offset = token.at}, known);
  return node;
}

std::shared_ptr<Node> PipelineParser::number(const Token& token, std::shared_ptr<Node> node) {
  node->kind = NodeKind::kNumber;
  node->text = token.text;
  if (auto read = read_number(token.text))
    node->number = *read;
  else
    fail(token.at, read.error().message);
  return node;
}

std::shared_ptr<Node> PipelineParser::character(const Token& token, std::shared_ptr<Node> node) {
  node->kind = NodeKind::kNumber;
  node->text = token.text;
  const auto read = read_string(token.text);
  const text::Character first =
      read && !read->value.empty() ? text::first_character(read->value) : text::Character{0, 0, false};
  const bool is_escape =
      token.text.starts_with("'\\x") || (token.text.size() > 2 && token.text[2] >= '0' && token.text[2] <= '7');
  if (!read || read->value.empty() || first.bytes != read->value.size()) {
    fail(token.at, "'...' holds one character; a string needs \"...\"");
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

std::shared_ptr<Node> PipelineParser::string(const Token& token, std::shared_ptr<Node> node) {
  node->kind = NodeKind::kString;
  node->text = token.text;
  const auto read = read_string(token.text);
  if (!read) return fail(token.at + read.error().offset, read.error().message), node;
  node->value = read->value;
  if (token.kind == TokenKind::kRawString) std::erase(node->value, '\r');
  return node;
}

}  // namespace hotspot::rules::templates
