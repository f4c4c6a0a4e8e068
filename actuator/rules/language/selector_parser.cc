#include "actuator/rules/language/selector_parser.h"

#include <cmath>

#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/grammar_words.h"

namespace hotspot::rules {
namespace {

// A chain such as a + b + c becomes a tree as deep as the chain is long.
constexpr int kMaxDepth = 250;

}  // namespace

void SelectorParser::advance() {
  last_end_ = token_.end;
  token_ = lexer_.next();
  if (token_.kind == Token::Kind::kWrong) fail(token_.offset, token_.text, token_.suggestion);
}

void SelectorParser::fail(std::size_t offset, std::string message, std::string suggestion) {
  if (!problem_) problem_ = TextProblem{offset, std::move(message), std::move(suggestion)};
}

std::string SelectorParser::found() const {
  if (token_.kind == Token::Kind::kEnd) return "the expression ends";
  return "there is '" + std::string(text_.substr(token_.offset, token_.end - token_.offset)) + "'";
}

void SelectorParser::unexpected(const std::string& wanted) {
  if (token_.kind == Token::Kind::kSign && token_.text == "=") {
    return fail(token_.offset, "'=' compares labels, within braces, only", "==");
  }
  if (token_.kind == Token::Kind::kName && is_key_of_rules(token_.text)) {
    return fail(token_.offset, quoted(token_.text) +
                                   " is a key of the rule and not of the expression: it must be on a " +
                                   "line of its own, '" + token_.text + ": …'");
  }
  fail(token_.offset, "expected " + wanted + ", but here " + found());
}

bool SelectorParser::is_word(std::string_view text) const {
  return token_.kind == Token::Kind::kName && lower_case(token_.text) == text;
}

void SelectorParser::expect(std::string_view sign, const std::string& wanted) {
  if (problem_) return;
  if (!is_sign(sign)) return unexpected(wanted);
  advance();
}

ExpressionPtr SelectorParser::make(Expression::What what, std::size_t offset, int depth) {
  if (depth > kMaxDepth) fail(offset, "more than 250 operations one within the other");
  auto made = std::make_unique<Expression>();
  made->what = std::move(what);
  made->offset = offset;
  made->end = last_end_;
  made->depth = depth;
  return made;
}

ExpressionPtr SelectorParser::selector(Word name) {
  const std::size_t offset = name.offset;
  Selector made{.name = std::move(name)};
  if (is_sign("{")) matchers(made);
  if (problem_) return nullptr;
  if (made.name.text.empty()) name_of_matchers(made, offset);
  return make(std::move(made), offset, 1);
}

void SelectorParser::name_of_matchers(Selector& made, std::size_t offset) {
  for (auto matcher = made.matchers.begin(); matcher != made.matchers.end(); ++matcher) {
    if (matcher->name.text != kNameLabel || matcher->op != LabelMatcher::Op::kEqual) continue;
    made.name = matcher->value;
    made.matchers.erase(matcher);
    return;
  }
  for (const LabelMatcher& matcher : made.matchers) {
    const bool is_equal = matcher.op == LabelMatcher::Op::kEqual || matcher.op == LabelMatcher::Op::kMatch;
    if (!matcher.value.text.empty() && (is_equal || matcher.name.text == kNameLabel)) return;
    if (matcher.value.text.empty() && matcher.op == LabelMatcher::Op::kNotEqual) return;
  }
  fail(offset, "this would select every series; the name of a series must stand before the '{'");
}

std::optional<Milliseconds> SelectorParser::duration(const char* example) {
  if (token_.kind != Token::Kind::kNumber || token_.number.written != NumberLiteral::Written::kSeconds) {
    const bool plain = token_.kind == Token::Kind::kNumber && token_.number.written == NumberLiteral::Written::kPlain;
    const std::string written(text_.substr(token_.offset, token_.end - token_.offset));
    if (plain)
      fail(token_.offset, "a time needs its unit", written + "s");
    else
      unexpected(std::string("a time such as ") + example);
    return std::nullopt;
  }
  const auto ms = static_cast<std::int64_t>(token_.number.value * 1000 + 0.5);
  advance();
  return Milliseconds(ms);
}

ExpressionPtr SelectorParser::range(ExpressionPtr inside) {
  const std::size_t bracket = token_.offset;
  advance();
  const auto wide = duration("5m");
  if (problem_) return nullptr;
  if (*wide <= Milliseconds(0)) fail(bracket + 1, "a range is longer than nothing");
  if (!is_sign(":")) {
    auto* selector = std::get_if<Selector>(&inside->what);
    if (selector == nullptr || inside->parenthesized) {
      fail(bracket, "a range can follow the name of a series only; of an expression take a subquery",
           std::string(text_.substr(bracket, last_end_ - bracket)) + ":]");
      return nullptr;
    }
    if (selector->range || selector->timing.offset != Milliseconds(0) || selector->timing.at ||
        selector->timing.at_query) {
      fail(bracket, selector->range ? "this has a range already" : "a range must come before 'offset' and '@'");
      return nullptr;
    }
    selector->range = *wide;
    expect("]", "']' or ':'");
    inside->end = last_end_;
    return inside;
  }
  advance();
  Subquery made{.range = *wide};
  if (!is_sign("]")) {
    const std::size_t place = token_.offset;
    made.step = duration("30s").value_or(Milliseconds(0));
    if (made.step <= Milliseconds(0)) fail(place, "a step is longer than nothing; '[…:]' takes the usual one");
  }
  expect("]", "']'");
  if (problem_) return nullptr;
  const std::size_t offset = inside->offset;
  const int depth = inside->depth + 1;
  made.operand = std::move(inside);
  return make(std::move(made), offset, depth);
}

Timing* SelectorParser::timing_of(Expression& expression, std::size_t offset, const std::string& what) {
  if (!expression.parenthesized) {
    if (auto* selector = std::get_if<Selector>(&expression.what)) return &selector->timing;
    if (auto* subquery = std::get_if<Subquery>(&expression.what)) return &subquery->timing;
  }
  fail(offset, what + " follows a series, a range or a subquery only");
  return nullptr;
}

void SelectorParser::offset_modifier(Expression& expression) {
  Timing* timing = timing_of(expression, token_.offset, "'offset'");
  if (timing == nullptr) return;
  if (timing->offset != Milliseconds(0)) return fail(token_.offset, "there is an 'offset' already");
  advance();
  const bool negative = !problem_ && is_sign("-");
  if (negative || is_sign("+")) advance();
  if (problem_) return;
  const auto by = duration("5m");
  if (by) timing->offset = negative ? -*by : *by;
  expression.end = last_end_;
}

void SelectorParser::at_modifier(Expression& expression) {
  Timing* timing = timing_of(expression, token_.offset, "'@'");
  if (timing == nullptr) return;
  if (timing->at || timing->at_query) return fail(token_.offset, "there is an '@' already");
  advance();
  if (problem_) return;
  if (is_word("start") || is_word("end")) {
    timing->at_query = true;
    advance();
    expect("(", "'('");
    expect(")", "')'");
  } else {
    const bool negative = is_sign("-");
    if (negative || is_sign("+")) advance();
    if (problem_) return;
    if (token_.kind != Token::Kind::kNumber) return unexpected("a Unix time in seconds, start() or end()");
    const double seconds = negative ? -token_.number.value : token_.number.value;
    if (!(std::fabs(seconds) < 1e13)) return fail(token_.offset, "this time is out of range");
    timing->at = from_unix_ms(static_cast<std::int64_t>(std::llround(seconds * 1000)));
    advance();
  }
  expression.end = last_end_;
}

void SelectorParser::matchers(Selector& selector) {
  expect("{", "'{'");
  while (!problem_ && !is_sign("}")) {
    if (token_.kind != Token::Kind::kName) return unexpected("a label or '}'");
    // Metric names may have colons, label names may not.
    if (const std::size_t colon = token_.text.find(':'); colon != std::string::npos)
      return fail(token_.offset + colon, "':' does not compare a label", "=");
    LabelMatcher matcher{.name = {token_.text, token_.offset}};
    advance();
    matcher_sign(matcher);
    if (problem_) return;
    if (token_.kind != Token::Kind::kString) {
      const bool bare = token_.kind == Token::Kind::kName || token_.kind == Token::Kind::kNumber;
      return fail(token_.offset, "expected a text in quotes, but here " + found(),
                  bare ? '"' + std::string(text_.substr(token_.offset, token_.end - token_.offset)) + '"' : "");
    }
    matcher.value = {token_.text, token_.offset};
    selector.matchers.push_back(std::move(matcher));
    advance();
    if (!is_sign("}")) expect(",", "',' or '}'");
  }
  expect("}", "'}'");
}

void SelectorParser::matcher_sign(LabelMatcher& matcher) {
  if (problem_) return;
  if (is_sign("="))
    matcher.op = LabelMatcher::Op::kEqual;
  else if (is_sign("!="))
    matcher.op = LabelMatcher::Op::kNotEqual;
  else if (is_sign("=~"))
    matcher.op = LabelMatcher::Op::kMatch;
  else if (is_sign("!~"))
    matcher.op = LabelMatcher::Op::kNoMatch;
  else if (is_sign("=="))
    return fail(token_.offset, "'==' compares values; labels are compared by '='", "=");
  else if (is_sign(":"))
    return fail(token_.offset, "':' does not compare a label", "=");
  else
    return fail(token_.offset, "expected one of = != =~ !~, but here " + found());
  advance();
}

}  // namespace hotspot::rules
