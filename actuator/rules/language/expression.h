// An expression as a tree: built by the parser, completed by the checker and evaluated by the evaluator.
//
// PromQL of Prometheus 2.4x with additional units. Native histograms are not supported.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actuator/model/series.h"
#include "actuator/rules/language/labels.h"
#include "actuator/rules/language/quantity.h"
#include "actuator/rules/language/regex.h"

namespace hotspot::rules {

struct Expression;
struct Function;  // functions.h
using ExpressionPtr = std::unique_ptr<Expression>;

// A word of the text and its byte offset.
struct Word {
  std::string text;
  std::size_t offset = 0;
};

enum class ValueType { kScalar, kVector, kRange, kString };
const char* to_string(ValueType type);  // "a number", "a set of series", …: for people

struct NumberLiteral {
  enum class Written { kPlain, kPercent, kBytes, kSeconds };
  double value = 0;  // base units: ratio, bytes, seconds
  Written written = Written::kPlain;
};

struct StringLiteral {
  std::string value;
};

struct LabelMatcher {
  enum class Op { kEqual, kNotEqual, kMatch, kNoMatch };
  Word name;
  Op op = Op::kEqual;
  Word value;                          // unescaped; the offset is that of the quote
  std::shared_ptr<const Regex> regex;  // set by the checker
  bool matches(std::string_view text) const;
};

// `offset 5m`, `@ 1609746000`, `@ start()`. In an instant query, start() and end() are its time.
struct Timing {
  Milliseconds offset{0};
  std::optional<WallTime> at;
  bool at_query = false;  // @ start() or @ end()
};

// domain_cpu_ratio{domain="a"}, and with a range domain_cpu_ratio[5m].
struct Selector {
  Word name;  // empty if there is none
  std::vector<LabelMatcher> matchers;
  std::optional<Milliseconds> range;
  Timing timing;
  const model::SeriesInfo* series = nullptr;  // set by the checker: the row of the catalogue, if there is one
};

// An evaluation with more steps than this in all its subqueries is refused.
constexpr std::size_t kMostSubquerySteps = 1'000'000;
// The step of subqueries without one: Prometheus' global evaluation interval.
constexpr Milliseconds kUsualSubqueryStep{std::chrono::minutes(1)};
// Between two samples: collectd's usual interval.
constexpr Milliseconds kUsualInterval{std::chrono::seconds(10)};

// EXPR[range:step]
struct Subquery {
  ExpressionPtr operand;
  Milliseconds range{0};
  Milliseconds step{0};  // 0: EvaluateOptions::subquery_step
  Timing timing;
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
  kPower,
  kAtan2
};
const char* to_string(BinaryOp op);
bool is_comparison(BinaryOp op);
bool is_set_operation(BinaryOp op);

enum class Grouping { kNone, kLeft, kRight };  // group_left: many values on the left match one on the right

struct Matching {
  bool on = false;       // compare only `labels`; otherwise all others
  bool written = false;  // on or ignoring was written
  std::vector<Word> labels;
  Grouping grouping = Grouping::kNone;
  std::vector<Word> include;
  std::vector<std::string> names;  // set by the parser: `labels`, sorted
};

struct Binary {
  BinaryOp op = BinaryOp::kAdd;
  std::size_t op_offset = 0;
  bool returns_bool = false;
  Matching matching;
  ExpressionPtr left, right;
};

struct Aggregation {
  enum class Op { kSum, kAvg, kMin, kMax, kCount, kGroup, kStddev, kStdvar, kQuantile, kTopk, kBottomk, kCountValues };
  Op op = Op::kSum;
  bool without = false;
  std::vector<Word> labels;
  ExpressionPtr parameter;  // for quantile, topk, bottomk and count_values
  ExpressionPtr operand;
  std::vector<std::string> names;  // set by the parser: `labels`, sorted
};

struct Call {
  const Function* function = nullptr;
  Word name;
  std::vector<ExpressionPtr> arguments;
};

struct Expression {
  using What = std::variant<NumberLiteral, StringLiteral, Selector, Subquery, Unary, Binary, Aggregation, Call>;
  What what;
  std::size_t offset = 0;  // first byte in the text
  std::size_t end = 0;     // byte after the last one
  ValueType type = ValueType::kScalar;
  int depth = 1;
  bool parenthesized = false;
};

// The direct parts of an expression, in the order of the text; used by `explain`.
std::vector<const Expression*> parts_of(const Expression& expression);
// All selectors in it, including those in subqueries and parameters.
std::vector<const Selector*> selectors_of(const Expression& expression);

// The labels that a selector requires with '=': all that is known of an absent series. Empty for anything else.
LabelSet absent_labels(const Expression& argument);

}  // namespace hotspot::rules
