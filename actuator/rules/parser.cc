// Expressions, by recursive descent with binding strengths. Prometheus's grammar: promql/parser/generated_parser.y.
#include <algorithm>
#include <limits>
#include <optional>

#include "actuator/rules/grammar_words.h"
#include "actuator/rules/lexer.h"

namespace hotspot::rules {
namespace {

// Deep trees would need a deep stack, here and in evaluation. Nobody writes or reads a rule that is near to these.
constexpr int kMaxDepth = 100;
constexpr std::size_t kMaxLength = 16 * 1024;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) { advance(); }

  ParsedExpression parse() {
    if (text_.size() > kMaxLength) return {nullptr, {{0, "the expression is longer than 16 KiB", ""}}};
    ExpressionPtr all = expression(kWeakest, 1);
    if (!problem_ && token_.kind != Token::Kind::kEnd) unexpected("an operator or the end");
    if (problem_) return {nullptr, {*problem_}};
    return {std::move(all), {}};
  }

 private:
  void advance() {
    last_end_ = token_.end;
    token_ = lexer_.next();
    if (token_.kind == Token::Kind::kWrong) fail(token_.offset, token_.text, token_.suggestion);
  }

  // Only the first counts; after it every step is a no-op until the top is reached.
  void fail(std::size_t offset, std::string message, std::string suggestion = "") {
    if (!problem_) problem_ = TextProblem{offset, std::move(message), std::move(suggestion)};
  }

  std::string found() const {
    if (token_.kind == Token::Kind::kEnd) return "the expression ends";
    return "there is '" + std::string(text_.substr(token_.offset, token_.end - token_.offset)) + "'";
  }

  void unexpected(const std::string& wanted) {
    const std::string word = lower_case(token_.text);
    if (token_.kind == Token::Kind::kSign && token_.text == "[") {
      return fail(token_.offset, "ranges such as [5m] are not supported yet");
    }
    if (token_.kind == Token::Kind::kSign && token_.text == "@") return fail(token_.offset, "'@' is not supported yet");
    if (token_.kind == Token::Kind::kSign && token_.text == "=") {
      return fail(token_.offset, "'=' compares labels, within braces, only", "==");
    }
    if (token_.kind == Token::Kind::kName && is_not_yet(word)) return not_yet(word);
    fail(token_.offset, "expected " + wanted + ", but here " + found());
  }

  void not_yet(const std::string& word) { fail(token_.offset, "'" + word + "' is not supported yet"); }

  bool is_sign(std::string_view text) const { return token_.kind == Token::Kind::kSign && token_.text == text; }
  bool is_word(std::string_view text) const {
    return token_.kind == Token::Kind::kName && lower_case(token_.text) == text;
  }
  void expect(std::string_view sign, const std::string& wanted) {
    if (problem_) return;
    if (!is_sign(sign)) return unexpected(wanted);
    advance();
  }

  ExpressionPtr make(Expression::What what, std::size_t offset, int depth) {
    if (depth > kMaxDepth) fail(offset, "more than 100 operations one within the other");
    auto made = std::make_unique<Expression>();
    made->what = std::move(what);
    made->offset = offset;
    made->end = last_end_;
    made->depth = depth;
    return made;
  }

  const Operator* binary_operator() const {
    if (token_.kind != Token::Kind::kSign && token_.kind != Token::Kind::kName) return nullptr;
    return find_operator(lower_case(token_.text));
  }

  // All that binds at least as strongly. `nesting` counts what is open around it.
  ExpressionPtr expression(int strength, int nesting) {
    if (nesting > kMaxDepth) fail(token_.offset, "more than 100 operations one within the other");
    ExpressionPtr left = operand(nesting);
    while (!problem_) {
      const Operator* op = binary_operator();
      if (op == nullptr || op->strength < strength) break;
      Binary binary{.op = op->op, .op_offset = token_.offset};
      advance();
      modifiers(binary);
      const bool right_to_left = op->strength == kPowerStrength;
      ExpressionPtr right = expression(op->strength + (right_to_left ? 0 : 1), nesting + 1);
      if (problem_) break;
      const std::size_t offset = left->offset;
      const int depth = std::max(left->depth, right->depth) + 1;
      binary.left = std::move(left);
      binary.right = std::move(right);
      left = make(std::move(binary), offset, depth);
    }
    return left;
  }

  ExpressionPtr operand(int nesting) {
    if (problem_) return nullptr;
    const std::size_t offset = token_.offset;
    if (token_.kind == Token::Kind::kNumber) {
      const NumberLiteral number = token_.number;
      advance();
      return make(number, offset, 1);
    }
    if (is_sign("+") || is_sign("-")) return unary(nesting);
    if (is_sign("(")) {
      advance();
      ExpressionPtr inside = expression(kWeakest, nesting + 1);
      expect(")", "')'");
      if (inside) inside->end = last_end_;
      return inside;
    }
    if (token_.kind == Token::Kind::kName) return named(nesting);
    if (token_.kind == Token::Kind::kString)
      fail(offset, "a text has no value here; a series is written without quotes");
    else if (is_sign("{"))
      fail(offset, "the name of a series must stand before the '{'");
    else
      unexpected("a series, a number or '('");
    return nullptr;
  }

  ExpressionPtr unary(int nesting) {
    const std::size_t offset = token_.offset;
    const bool negate = is_sign("-");
    advance();
    ExpressionPtr inside = expression(kUnaryStrength + 1, nesting + 1);
    if (problem_) return nullptr;
    const int depth = inside->depth + 1;
    return make(Unary{negate, std::move(inside)}, offset, depth);
  }

  ExpressionPtr named(int nesting) {
    const Token name = token_;
    const std::string word = lower_case(name.text);
    if (word == "inf" || word == "nan") {
      advance();
      const double value =
          word == "inf" ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
      return make(NumberLiteral{value}, name.offset, 1);
    }
    if (binary_operator() != nullptr || is_modifier(word)) {
      fail(name.offset, "expected a series, a number or '(', but here there is '" + name.text + "'");
      return nullptr;
    }
    advance();
    if (problem_) return nullptr;
    if (is_sign("(") || is_word("by") || is_word("without")) {
      if (const auto op = find_aggregation(word)) return aggregation(*op, name.offset, nesting);
      unknown_function(name, word);
      return nullptr;
    }
    Selector selector{.name = {name.text, name.offset}};
    if (is_sign("{")) matchers(selector);
    if (problem_) return nullptr;
    return make(std::move(selector), name.offset, 1);
  }

  void unknown_function(const Token& name, const std::string& word) {
    if (is_not_yet(word)) return fail(name.offset, "'" + word + "' is not supported yet");
    fail(name.offset, "unknown function '" + name.text + "'", nearest(word, function_names()));
  }

  ExpressionPtr aggregation(Aggregation::Op op, std::size_t offset, int nesting) {
    Aggregation made{.op = op};
    bool grouped = false;
    const auto grouping = [&] {
      if (problem_ || grouped || (!is_word("by") && !is_word("without"))) return;
      grouped = true;
      made.without = is_word("without");
      advance();
      made.labels = label_list();
    };
    grouping();
    expect("(", "'('");
    if (problem_) return nullptr;
    made.operand = expression(kWeakest, nesting + 1);
    expect(")", "')'");
    // `without ()` takes nothing away, no clause at all takes everything.
    grouping();
    if (problem_) return nullptr;
    const int depth = made.operand->depth + 1;
    return make(std::move(made), offset, depth);
  }

  void modifiers(Binary& binary) {
    if (!problem_ && is_word("bool")) {
      if (!is_comparison(binary.op)) fail(token_.offset, "'bool' can follow a comparison only");
      binary.returns_bool = true;
      advance();
    }
    if (problem_ || (!is_word("on") && !is_word("ignoring"))) {
      if (is_word("group_left") || is_word("group_right")) {
        fail(token_.offset, "'" + token_.text + "' must follow 'on(…)' or 'ignoring(…)'");
      }
      return;
    }
    binary.matching.written = true;
    binary.matching.on = is_word("on");
    advance();
    binary.matching.labels = label_list();
    if (problem_ || (!is_word("group_left") && !is_word("group_right"))) return;
    if (is_set_operation(binary.op)) {
      return fail(token_.offset, "'" + std::string(to_string(binary.op)) + "' always matches many with many; '" +
                                     token_.text + "' cannot stand with it");
    }
    binary.matching.grouping = is_word("group_left") ? Grouping::kLeft : Grouping::kRight;
    advance();
    if (is_sign("(")) binary.matching.include = label_list();
  }

  std::vector<Word> label_list() {
    std::vector<Word> labels;
    expect("(", "'(' and labels");
    while (!problem_ && !is_sign(")")) {
      if (token_.kind != Token::Kind::kName) return unexpected("a label"), labels;
      labels.push_back({token_.text, token_.offset});
      advance();
      if (!is_sign(")")) expect(",", "',' or ')'");
    }
    expect(")", "')'");
    return labels;
  }

  void matchers(Selector& selector) {
    expect("{", "'{'");
    while (!problem_ && !is_sign("}")) {
      if (token_.kind != Token::Kind::kName) return unexpected("a label or '}'");
      LabelMatcher matcher{.name = {token_.text, token_.offset}};
      advance();
      matcher_sign(matcher);
      if (problem_) return;
      if (token_.kind != Token::Kind::kString) {
        return fail(token_.offset, "expected a text in quotes, but here " + found());
      }
      matcher.value = {token_.text, token_.offset};
      selector.matchers.push_back(std::move(matcher));
      advance();
      if (!is_sign("}")) expect(",", "',' or '}'");
    }
    expect("}", "'}'");
  }

  void matcher_sign(LabelMatcher& matcher) {
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
    else
      return fail(token_.offset, "expected one of = != =~ !~, but here " + found());
    advance();
  }

  std::string_view text_;
  Lexer lexer_;
  Token token_;
  std::size_t last_end_ = 0;
  std::optional<TextProblem> problem_;
};

}  // namespace

ParsedExpression parse_expression(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return {nullptr, {{0, "the expression is empty", ""}}};
  }
  return Parser(text).parse();
}

}  // namespace hotspot::rules
