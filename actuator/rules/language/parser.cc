// Parses expressions by recursive descent with binding strengths. Grammar: Prometheus,
// promql/parser/generated_parser.y.
#include "actuator/rules/language/parser.h"

#include <algorithm>
#include <limits>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/functions.h"
#include "actuator/rules/language/grammar_words.h"
#include "actuator/rules/language/selector_parser.h"
#include "common/text/ascii.h"
#include "common/text/nearest.h"

namespace hotspot::rules {
namespace {

// Deep trees need a deep stack, here and in evaluation. No readable rule is near this limit.
constexpr int kMaxNesting = 100;
constexpr std::size_t kMaxLength = 16 * 1024;

class Parser : SelectorParser {
 public:
  explicit Parser(std::string_view text) : SelectorParser(text) {}

  ParsedExpression parse() {
    if (text_.size() > kMaxLength) return {nullptr, {{0, "the expression is longer than 16 KiB", ""}}};
    ExpressionPtr all = expression(kWeakest, 1);
    if (!problem_ && token_.kind != Token::Kind::kEnd) unexpected("an operator or the end");
    if (problem_) return {nullptr, {*problem_}};
    return {std::move(all), {}};
  }

 private:
  const Operator* binary_operator() const {
    if (token_.kind != Token::Kind::kSign && token_.kind != Token::Kind::kName) return nullptr;
    return find_operator(text::lower_case(token_.text));
  }

  // Parses everything that binds at least as strongly. `nesting` counts the enclosing levels.
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

  // The operator and its right side; `binary` has no left side yet.
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

  // "a or b or c or …" may be long, and grouping does not change its meaning: it becomes a flat tree.
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
      if (binary.matching.written) {  // it has a matching clause of its own
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
    const std::string word = text::lower_case(name.text);
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
    const std::string near = text::nearest(word, function_names());
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
    // `without ()` removes nothing; no clause removes everything.
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
};

}  // namespace

ParsedExpression parse_expression(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return {nullptr, {{0, "the expression is empty", ""}}};
  }
  return Parser(text).parse();
}

}  // namespace hotspot::rules
