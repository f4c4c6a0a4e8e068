// An expression as a tree: what the parser makes, the checker completes and the evaluator walks.
//
// PromQL as Prometheus 2.4x has it, and units of ours. Native histograms are not there.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
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
struct Function;  // functions.h
using ExpressionPtr = std::unique_ptr<Expression>;

// A word of the text and the byte where it stands.
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
  Word value;                          // unescaped; offset is that of the quote
  std::shared_ptr<const Regex> regex;  // by the checker
  bool matches(std::string_view text) const;
};

// `offset 5m`, `@ 1609746000`, `@ start()`. In an instant query start() and end() are its time.
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
  const model::SeriesInfo* series = nullptr;  // by the checker: the catalogue's row, if there is one
};

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

enum class Grouping { kNone, kLeft, kRight };  // group_left: many values on the left have one on the right

struct Matching {
  bool on = false;       // only `labels` count; else all but them
  bool written = false;  // on or ignoring stands there
  std::vector<Word> labels;
  Grouping grouping = Grouping::kNone;
  std::vector<Word> include;
  std::vector<std::string> names;  // by the parser: `labels`, sorted
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
  ExpressionPtr parameter;  // of quantile, topk, bottomk and count_values
  ExpressionPtr operand;
  std::vector<std::string> names;  // by the parser: `labels`, sorted
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
  std::size_t end = 0;     // byte behind the last one
  ValueType type = ValueType::kScalar;
  int depth = 1;
  bool parenthesized = false;
};

// The direct parts of an expression, in the order of the text: for `explain`.
std::vector<const Expression*> parts_of(const Expression& expression);
// All selectors in it, subqueries and parameters included.
std::vector<const Selector*> selectors_of(const Expression& expression);

struct ParsedExpression {
  ExpressionPtr expression;  // null if there is an error of grammar
  std::vector<TextProblem> problems;
};

// Grammar only. A wrong expression gives its first error: what follows it would be guesswork.
ParsedExpression parse_expression(std::string_view text);

// What is known of an expression without data.
struct ExpressionFacts {
  ValueType type = ValueType::kScalar;
  LabelNames labels;           // those that each value has
  LabelNames possible_labels;  // those that some value may have
  bool filters = false;        // it can leave values out: it can hold or not
  bool has_series = false;
};

// Which series there are.
struct KnownSeries {
  bool any_name = false;  // every name is a series, with any labels: unit tests in promtool's format
  // Recorded by the rules of the set: what is known of each.
  std::map<std::string, ExpressionFacts, std::less<>> recorded;
  LabelNames labels;  // that some value of those may have
};

// Completes the tree: series, labels, regular expressions, types. Appends all problems, warnings too.
ExpressionFacts check_expression(Expression& expression, std::vector<TextProblem>& problems,
                                 const KnownSeries& known = {});
// The same, of an expression of which only the facts are wanted.
ExpressionFacts facts_of_expression(Expression& expression, const KnownSeries& known);

}  // namespace hotspot::rules
