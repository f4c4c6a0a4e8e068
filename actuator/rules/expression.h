// An expression as a tree: what the parser makes, the checker completes and the evaluator walks.
//
// The part of PromQL that rules have today, and meant as Prometheus means it. More of PromQL comes as more
// alternatives of Expression::What; parser, checker and evaluator have one function for each.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actuator/model/series.h"
#include "actuator/rules/labels.h"
#include "actuator/rules/quantity.h"
#include "actuator/rules/regex.h"

namespace hotspot::rules {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

// A word of the text and the byte where it stands.
struct Word {
  std::string text;
  std::size_t offset = 0;
};

enum class ValueType { kScalar, kVector };

struct NumberLiteral {
  enum class Written { kPlain, kPercent, kBytes, kSeconds };
  double value = 0;  // base units: ratio, bytes, seconds
  Written written = Written::kPlain;
};

struct LabelMatcher {
  enum class Op { kEqual, kNotEqual, kMatch, kNoMatch };
  Word name;
  Op op = Op::kEqual;
  Word value;                  // unescaped; offset is that of the quote
  Label label = Label::kNode;  // by the checker
  std::shared_ptr<const Regex> regex;
};

struct Selector {
  Word name;
  std::vector<LabelMatcher> matchers;
  const model::SeriesInfo* series = nullptr;  // by the checker
};

struct Unary {
  bool negate = false;
  ExpressionPtr operand;
};

enum class BinaryOp {
  kOr,
  kAnd,
  kUnless,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower
};
const char* to_string(BinaryOp op);
bool is_comparison(BinaryOp op);
bool is_set_operation(BinaryOp op);

enum class Grouping { kNone, kLeft, kRight };  // group_left: many values on the left have one on the right

struct Matching {
  bool on = false;       // only `labels` count; else all but them
  bool written = false;  // on or ignoring stands there
  std::vector<Word> labels;
  Grouping grouping = Grouping::kNone;
  std::vector<Word> include;
  LabelMask mask;  // by the checker: the labels that count
  LabelMask include_mask;
};

struct Binary {
  BinaryOp op = BinaryOp::kAdd;
  std::size_t op_offset = 0;
  bool returns_bool = false;
  Matching matching;
  ExpressionPtr left, right;
};

struct Aggregation {
  enum class Op { kSum, kAvg, kMin, kMax, kCount, kGroup };
  Op op = Op::kSum;
  bool without = false;
  std::vector<Word> labels;
  ExpressionPtr operand;
  LabelMask mask;  // by the checker: the labels that stay
};

struct Expression {
  using What = std::variant<NumberLiteral, Selector, Unary, Binary, Aggregation>;
  What what;
  std::size_t offset = 0;  // first byte in the text
  std::size_t end = 0;     // byte behind the last one
  ValueType type = ValueType::kScalar;
  int depth = 1;
};

struct ParsedExpression {
  ExpressionPtr expression;  // null if there is an error of grammar
  std::vector<TextProblem> problems;
};

// Grammar only. A wrong expression gives its first error: what follows it would be guesswork.
ParsedExpression parse_expression(std::string_view text);

// What is known of an expression without data.
struct ExpressionFacts {
  ValueType type = ValueType::kScalar;
  LabelMask labels;           // those that each value has
  LabelMask possible_labels;  // those that some value may have
  bool filters = false;       // it can leave values out: it can hold or not
  bool has_series = false;
};

// Completes the tree: series, labels, regular expressions, types. Appends all problems, warnings too.
ExpressionFacts check_expression(Expression& expression, std::vector<TextProblem>& problems);

}  // namespace hotspot::rules
