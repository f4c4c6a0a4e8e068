// Expressions, by recursive descent with binding strengths. Prometheus's grammar: promql/parser/generated_parser.y.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "actuator/rules/functions.h"
#include "actuator/rules/grammar_words.h"
#include "actuator/rules/lexer.h"

namespace hotspot::rules {
namespace {

// Deep trees would need a deep stack, here and in evaluation. Nobody writes or reads a rule that is near to these.
constexpr int kMaxNesting = 100;
// A chain such as a + b + c is a tree that is as deep as it is long.
constexpr int kMaxDepth = 250;
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
    if (token_.kind == Token::Kind::kSign && token_.text == "=") {
      return fail(token_.offset, "'=' compares labels, within braces, only", "==");
    }
    if (token_.kind == Token::Kind::kName && is_key_of_rules(token_.text)) {
      return fail(token_.offset, quoted(token_.text) +
                                     " is a key of the rule and not of the expression: it stands on a " +
                                     "line of its own, '" + token_.text + ": …'");
    }
    fail(token_.offset, "expected " + wanted + ", but here " + found());
  }

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
    if (depth > kMaxDepth) fail(offset, "more than 250 operations one within the other");
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
    if (nesting > kMaxNesting) fail(token_.offset, "more than 100 operations one within the other");
    ExpressionPtr left = operand(nesting);
    while (!problem_) {
      const Operator* op = binary_operator();
      if (op == nullptr || op->strength < strength) break;
      const bool is_associative = op->op == BinaryOp::kOr || op->op == BinaryOp::kAnd;
      left = is_associative ? chain(std::move(left), *op, nesting) : pair(std::move(left), *op, nesting);
    }
    return left;
  }

  // The operator and what stands behind it; `binary` is without a left side still.
  ExpressionPtr right_side(const Operator& op, Binary& binary, int nesting) {
    binary.op = op.op;
    binary.op_offset = token_.offset;
    advance();
    modifiers(binary);
    const bool right_to_left = op.strength == kPowerStrength;
    return expression(op.strength + (right_to_left ? 0 : 1), nesting + 1);
  }

  ExpressionPtr joined(Binary binary, ExpressionPtr left, ExpressionPtr right) {
    const std::size_t offset = left->offset, end = right->end;
    const int depth = std::max(left->depth, right->depth) + 1;
    binary.left = std::move(left);
    binary.right = std::move(right);
    ExpressionPtr made = make(std::move(binary), offset, depth);
    made->end = end;
    return made;
  }

  ExpressionPtr pair(ExpressionPtr left, const Operator& op, int nesting) {
    Binary binary;
    ExpressionPtr right = right_side(op, binary, nesting);
    return problem_ ? std::move(left) : joined(std::move(binary), std::move(left), std::move(right));
  }

  // "a or b or c or …" may be long, and means the same however it is put in parentheses: it becomes a flat tree.
  ExpressionPtr chain(ExpressionPtr first, const Operator& op, int nesting) {
    std::vector<ExpressionPtr> operands;
    std::vector<Binary> between;
    operands.push_back(std::move(first));
    const auto fold = [&] {
      ExpressionPtr all = flat(operands, between, 0, operands.size());
      operands.clear();
      between.clear();
      return all;
    };
    while (!problem_ && binary_operator() == &op) {
      Binary binary;
      ExpressionPtr right = right_side(op, binary, nesting);
      if (problem_) break;
      if (binary.matching.written) {  // it matches in its own way
        ExpressionPtr left = fold();
        operands.push_back(joined(std::move(binary), std::move(left), std::move(right)));
      } else {
        between.push_back(std::move(binary));
        operands.push_back(std::move(right));
      }
    }
    return fold();
  }

  // `between[i]` joins the operands i and i + 1.
  ExpressionPtr flat(std::vector<ExpressionPtr>& operands, std::vector<Binary>& between, std::size_t from,
                     std::size_t to) {
    if (to - from == 1) return std::move(operands[from]);
    const std::size_t middle = from + (to - from + 1) / 2;
    ExpressionPtr left = flat(operands, between, from, middle);
    ExpressionPtr right = flat(operands, between, middle, to);
    return joined(std::move(between[middle - 1]), std::move(left), std::move(right));
  }

  ExpressionPtr operand(int nesting) {
    ExpressionPtr made = primary(nesting);
    while (!problem_) {
      if (is_sign("["))
        made = range(std::move(made));
      else if (is_word("offset"))
        offset_modifier(*made);
      else if (is_sign("@"))
        at_modifier(*made);
      else
        break;
    }
    return made;
  }

  ExpressionPtr primary(int nesting) {
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
      if (inside) {
        inside->end = last_end_;
        inside->parenthesized = true;
      }
      return inside;
    }
    if (token_.kind == Token::Kind::kName) return named(nesting);
    if (token_.kind == Token::Kind::kString) {
      StringLiteral literal{token_.text};
      advance();
      return make(std::move(literal), offset, 1);
    }
    if (is_sign("{")) return selector({"", offset});
    unexpected("a series, a number or '('");
    return nullptr;
  }

  ExpressionPtr selector(Word name) {
    const std::size_t offset = name.offset;
    Selector made{.name = std::move(name)};
    if (is_sign("{")) matchers(made);
    if (problem_) return nullptr;
    if (made.name.text.empty()) name_of_matchers(made, offset);
    return make(std::move(made), offset, 1);
  }

  // {__name__="x"} is x. Something must be asked for that not every series has.
  void name_of_matchers(Selector& made, std::size_t offset) {
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

  std::optional<Milliseconds> duration(const char* example) {
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

  // [5m] behind a selector, [1h:5m] behind anything.
  ExpressionPtr range(ExpressionPtr inside) {
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
        fail(bracket, selector->range ? "this has a range already" : "a range stands before 'offset' and '@'");
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

  Timing* timing_of(Expression& expression, std::size_t offset, const std::string& what) {
    if (!expression.parenthesized) {
      if (auto* selector = std::get_if<Selector>(&expression.what)) return &selector->timing;
      if (auto* subquery = std::get_if<Subquery>(&expression.what)) return &subquery->timing;
    }
    fail(offset, what + " follows a series, a range or a subquery only");
    return nullptr;
  }

  void offset_modifier(Expression& expression) {
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

  void at_modifier(Expression& expression) {
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
      if (!(std::fabs(seconds) < 1e13)) return fail(token_.offset, "there is no such time");
      timing->at = from_unix_ms(static_cast<std::int64_t>(std::llround(seconds * 1000)));
      advance();
    }
    expression.end = last_end_;
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
    const bool is_grouping = word == "by" || word == "without";
    if (binary_operator() != nullptr || (is_modifier(word) && !is_grouping)) {
      fail(name.offset, "expected a series, a number or '(', but here there is '" + name.text + "'");
      return nullptr;
    }
    advance();
    if (problem_) return nullptr;
    if (is_grouping && is_sign("(")) {
      fail(name.offset, "'" + name.text + "' stands behind the name of an aggregation, as in 'sum by (node) (…)'");
      return nullptr;
    }
    if (is_sign("(") || is_word("by") || is_word("without")) {
      if (const auto op = find_aggregation(word)) return aggregation(*op, name.offset, nesting);
      if (const Function* function = find_function(name.text); function != nullptr && is_sign("(")) {
        return call(*function, {name.text, name.offset}, nesting);
      }
      unknown_function(name, word);
      return nullptr;
    }
    return selector({name.text, name.offset});
  }

  void unknown_function(const Token& name, const std::string& word) {
    if (is_native_histogram_function(word)) {
      return fail(name.offset,
                  "'" + word + "' is for native histograms, which are not there; classic ones have histogram_quantile");
    }
    const std::string near = nearest(word, function_names());
    fail(name.offset, "unknown function '" + name.text + "'", near);
  }

  ExpressionPtr call(const Function& function, Word name, int nesting) {
    const std::size_t offset = name.offset;
    Call made{.function = &function, .name = std::move(name)};
    expect("(", "'('");
    int depth = 1;
    while (!problem_ && !is_sign(")")) {
      made.arguments.push_back(expression(kWeakest, nesting + 1));
      if (problem_) return nullptr;
      depth = std::max(depth, made.arguments.back()->depth + 1);
      if (is_sign(")")) break;
      const std::size_t comma = token_.offset;
      expect(",", "',' or ')'");
      if (is_sign(")")) fail(comma, "behind this ',' an argument is missing");
    }
    expect(")", "')'");
    if (problem_) return nullptr;
    return make(std::move(made), offset, depth);
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
    if (takes_parameter(op)) {
      made.parameter = std::move(made.operand);
      expect(",", "',' and what is aggregated: '" + std::string(to_string(op)) + "' takes two");
      made.operand = expression(kWeakest, nesting + 1);
    }
    if (!problem_ && !takes_parameter(op) && is_sign(",")) {
      return fail(token_.offset, "'" + std::string(to_string(op)) + "' takes one set of series"), nullptr;
    }
    expect(")", "')'");
    // `without ()` takes nothing away, no clause at all takes everything.
    grouping();
    if (problem_) return nullptr;
    made.names = sorted_names(made.labels);
    const int depth = std::max(made.operand->depth, made.parameter ? made.parameter->depth : 0) + 1;
    return make(std::move(made), offset, depth);
  }

  static bool takes_parameter(Aggregation::Op op) { return op >= Aggregation::Op::kQuantile; }

  static std::vector<std::string> sorted_names(const std::vector<Word>& words) {
    std::vector<std::string> names;
    for (const Word& word : words) names.push_back(word.text);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
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
    binary.matching.names = sorted_names(binary.matching.labels);
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
      // Names of series have colons, those of labels have none.
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
    else if (is_sign(":"))
      return fail(token_.offset, "':' does not compare a label", "=");
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
