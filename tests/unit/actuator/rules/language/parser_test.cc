#include <gtest/gtest.h>

#include <cmath>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/parser.h"

namespace hotspot::rules {
namespace {

std::string show(const Expression& expression);

std::string words(const std::vector<Word>& all) {
  std::string text;
  for (const Word& word : all) text += (text.empty() ? "" : ",") + word.text;
  return "(" + text + ")";
}

std::string show_matching(const Matching& matching) {
  std::string text = matching.written ? (matching.on ? " on" : " ignoring") + words(matching.labels) : "";
  if (matching.grouping != Grouping::kNone) {
    text += (matching.grouping == Grouping::kLeft ? " group_left" : " group_right") + words(matching.include);
  }
  return text;
}

std::string seconds(Milliseconds time) { return std::to_string(time.count() / 1000); }

std::string show_timing(const Timing& timing) {
  std::string text;
  if (timing.at) text += "@" + std::to_string(to_unix_ms(*timing.at));
  if (timing.at_query) text += "@query";
  if (timing.offset != Milliseconds(0)) text += "-" + seconds(timing.offset);
  return text;
}

// With all parentheses, so that a test sees what binds to what.
struct Show {
  std::string operator()(const NumberLiteral& what) const {
    char text[40];
    std::snprintf(text, sizeof text, "%.10g", what.value);
    return text;
  }
  std::string operator()(const Selector& what) const {
    std::string text = what.name.text;
    for (const LabelMatcher& matcher : what.matchers) text += "{" + matcher.name.text + ":" + matcher.value.text + "}";
    if (what.range) text += "[" + seconds(*what.range) + "]";
    return text + show_timing(what.timing);
  }
  std::string operator()(const StringLiteral& what) const { return "'" + what.value + "'"; }
  std::string operator()(const Subquery& what) const {
    return show(*what.operand) + "[" + seconds(what.range) + ":" + seconds(what.step) + "]" + show_timing(what.timing);
  }
  std::string operator()(const Call& what) const {
    std::string text = what.name.text + "(";
    for (const ExpressionPtr& argument : what.arguments) text += (text.back() == '(' ? "" : ", ") + show(*argument);
    return text + ")";
  }
  std::string operator()(const Unary& what) const { return (what.negate ? "-(" : "+(") + show(*what.operand) + ")"; }
  std::string operator()(const Binary& what) const {
    return "(" + show(*what.left) + " " + to_string(what.op) + (what.returns_bool ? " bool" : "") +
           show_matching(what.matching) + " " + show(*what.right) + ")";
  }
  std::string operator()(const Aggregation& what) const {
    return "agg" + std::string(what.without ? " without" : " by") + words(what.labels) + "(" +
           (what.parameter ? show(*what.parameter) + ", " : "") + show(*what.operand) + ")";
  }
};

std::string show(const Expression& expression) { return std::visit(Show{}, expression.what); }

std::string parse(std::string_view text) {
  const ParsedExpression parsed = parse_expression(text);
  if (parsed.expression) return show(*parsed.expression);
  const TextProblem& problem = parsed.problems.front();
  return std::to_string(problem.offset) + ": " + problem.message +
         (problem.suggestion.empty() ? "" : " → " + problem.suggestion);
}

double number(std::string_view text) {
  const ParsedExpression parsed = parse_expression(text);
  EXPECT_TRUE(parsed.expression) << text;
  if (!parsed.expression) return 0;
  const auto* literal = std::get_if<NumberLiteral>(&parsed.expression->what);
  EXPECT_NE(literal, nullptr) << text;
  return literal == nullptr ? 0 : literal->value;
}

TEST(Parser, BindsAsPrometheusDoes) {
  EXPECT_EQ(parse("a + b * c"), "(a + (b * c))");
  EXPECT_EQ(parse("a - b - c"), "((a - b) - c)");
  EXPECT_EQ(parse("a ^ b ^ c"), "(a ^ (b ^ c))");
  EXPECT_EQ(parse("-a ^ b"), "-((a ^ b))");
  EXPECT_EQ(parse("-a * b"), "(-(a) * b)");
  EXPECT_EQ(parse("2 ^ -a * 3"), "((2 ^ -(a)) * 3)");
  EXPECT_EQ(parse("2 ^ -a ^ 3"), "(2 ^ -((a ^ 3)))");
  EXPECT_EQ(parse("a > b + 1 and c < 2 or d"), "(((a > (b + 1)) and (c < 2)) or d)");
  EXPECT_EQ(parse("a or b and c unless d"), "(a or ((b and c) unless d))");
  EXPECT_EQ(parse("a > b > c"), "((a > b) > c)");
  EXPECT_EQ(parse("(a or b) and c"), "((a or b) and c)");
  EXPECT_EQ(parse("a % b / c"), "((a % b) / c)");
  EXPECT_EQ(parse("+a - -b"), "(+(a) - -(b))");
}

TEST(Parser, ReadsMatchersModifiersAndAggregations) {
  EXPECT_EQ(parse("a{x=\"1\", y!~'2',}"), "a{x:1}{y:2}");
  EXPECT_EQ(parse("a{}"), "a");
  EXPECT_EQ(parse(R"(a{x="\"\\\x41\u00e4"})"), "a{x:\"\\Aä}");
  EXPECT_EQ(parse("a{x=`\\d`}"), "a{x:\\d}");
  EXPECT_EQ(parse("a > bool 1"), "(a > bool 1)");
  EXPECT_EQ(parse("a * on(node) group_left(domain) b"), "(a * on(node) group_left(domain) b)");
  EXPECT_EQ(parse("a / IGNORING (x, y,) Group_Right b"), "(a / ignoring(x,y) group_right() b)");
  EXPECT_EQ(parse("a AND ON() b"), "(a and on() b)");
  EXPECT_EQ(parse("sum by (node) (a)"), "agg by(node)(a)");
  EXPECT_EQ(parse("max(a) without (vcpu)"), "agg without(vcpu)(a)");
  EXPECT_EQ(parse("count(a) > 3"), "(agg by()(a) > 3)");
  EXPECT_EQ(parse("sum + 1"), "(sum + 1)");  // a series may have the name of an aggregation
  EXPECT_EQ(parse("a # and b\n > 1"), "(a > 1)");
}

TEST(Parser, ReadsNumbersAsGoDoes) {
  EXPECT_EQ(number("1_000"), 1000);
  EXPECT_EQ(number("0x1F"), 31);
  EXPECT_EQ(number("010"), 8);
  EXPECT_EQ(number("0b11"), 3);
  EXPECT_EQ(number("089"), 89);
  EXPECT_EQ(number(".5"), 0.5);
  EXPECT_EQ(number("5."), 5);
  EXPECT_EQ(number("1e3"), 1000);
  EXPECT_EQ(number("1E-3"), 0.001);
  EXPECT_TRUE(std::isinf(number("Inf")));
  EXPECT_TRUE(std::isnan(number("NaN")));
}

TEST(Parser, ReadsUnits) {
  EXPECT_DOUBLE_EQ(number("90%"), 0.9);
  EXPECT_EQ(number("500MiB"), 500.0 * 1024 * 1024);
  EXPECT_EQ(number("1.5KiB"), 1536);
  EXPECT_EQ(number("30s"), 30);
  EXPECT_EQ(number("1m30s"), 90);
  EXPECT_EQ(number("250ms"), 0.25);
}

TEST(Parser, TellsPerCentFromRemainder) {
  EXPECT_EQ(parse("a > 90% and b"), "((a > 0.9) and b)");
  EXPECT_EQ(parse("(a > 90%)"), "(a > 0.9)");
  EXPECT_EQ(parse("90% < a"), "(0.9 < a)");
  EXPECT_EQ(parse("a > 90% - 5%"), "(a > (0.9 - 0.05))");
  EXPECT_EQ(parse("90%7"), "(90 % 7)");
  EXPECT_EQ(parse("90 % 7"), "(90 % 7)");
  EXPECT_EQ(parse("90% a"), "(90 % a)");
  EXPECT_EQ(parse("90 % -a"), "(90 % -(a))");
  EXPECT_EQ(parse("90% -a"), "(90 % -(a))");
  EXPECT_EQ(parse("90%(a)"), "(90 % a)");
}

TEST(Parser, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(parse(""), "0: the expression is empty");
  EXPECT_EQ(parse("a >"), "3: expected a series, a number or '(', but here the expression ends");
  EXPECT_EQ(parse("a > > b"), "4: expected a series, a number or '(', but here there is '>'");
  EXPECT_EQ(parse("(a > 1"), "6: expected ')', but here the expression ends");
  EXPECT_EQ(parse("a > 1)"), "5: expected an operator or the end, but here there is ')'");
  EXPECT_EQ(parse("a b"), "2: expected an operator or the end, but here there is 'b'");
  EXPECT_EQ(parse("a = 1"), "2: '=' compares labels, within braces, only → ==");
  EXPECT_EQ(parse("a && b"), "2: '&&' is not an operator here → and");
  EXPECT_EQ(parse("a >= 1 || b"), "7: '||' is not an operator here → or");
  EXPECT_EQ(parse("a => 1"), "2: '=>' is not an operator here → >=");
  EXPECT_EQ(parse("a > 500MB"), "7: unknown unit 'MB' → 500MiB");
  EXPECT_EQ(parse("a > 5min"), "5: unknown unit 'min' → 5m");
  EXPECT_EQ(parse("a > 5furlongs"),
            "5: unknown unit 'furlongs'; there are %, B, KiB, MiB, GiB, TiB, and ms, s, m, h, d, w, y");
  EXPECT_EQ(parse("a > 0x"), "4: '0x' is not a number");
  EXPECT_EQ(parse("a{x=\"1}"), "4: the string is not closed");
  EXPECT_EQ(parse("a{x=\"\\q\"}"), "5: unknown escape in a string; a backslash itself is written \\\\");
  EXPECT_EQ(parse("a{x=1}"), "4: expected a text in quotes, but here there is '1' → \"1\"");
  EXPECT_EQ(parse("a{x==\"1\"}"), "3: '==' compares values; labels are compared by '=' → =");
  EXPECT_EQ(parse("a{x>\"1\"}"), "3: expected one of = != =~ !~, but here there is '>'");
  EXPECT_EQ(parse("a + bool 1"), "4: 'bool' can follow a comparison only");
  EXPECT_EQ(parse("a * group_left b"), "4: 'group_left' must follow 'on(…)' or 'ignoring(…)'");
  EXPECT_EQ(parse("a and on(node) group_left b"),
            "15: 'and' always matches many with many; 'group_left' cannot stand with it");
  EXPECT_EQ(parse("a $ b"), "2: '$' cannot stand in an expression");
}

TEST(Parser, ReadsRangesSubqueriesAndTimes) {
  EXPECT_EQ(parse("rate(a[5m]) > 1"), "(rate(a[300]) > 1)");
  EXPECT_EQ(parse("a{x=\"1\"}[1m30s] offset 5m"), "a{x:1}[90]-300");
  EXPECT_EQ(parse("a offset -5m"), "a--300");
  EXPECT_EQ(parse("a @ 5 offset 1m"), "a@5000-60");
  EXPECT_EQ(parse("a offset 1m @ end()"), "a@query-60");
  EXPECT_EQ(parse("a @ -1.5"), "a@-1500");
  EXPECT_EQ(parse("(a + b)[1h:30s] @ start()"), "(a + b)[3600:30]@query");
  EXPECT_EQ(parse("rate(a[5m])[10m:]"), "rate(a[300])[600:0]");
  EXPECT_EQ(parse("-a[5m]"), "-(a[300])");
  EXPECT_EQ(parse("a ^ b offset 1m"), "(a ^ b-60)");
}

TEST(Parser, ReadsCallsAndParameters) {
  EXPECT_EQ(parse("topk by (node) (3, a)"), "agg by(node)(3, a)");
  EXPECT_EQ(parse("count_values(\"v\", a)"), "agg by()('v', a)");
  EXPECT_EQ(parse("label_replace(a, \"x\", \"$1\", \"y\", \"(.*)\")"), "label_replace(a, 'x', '$1', 'y', '(.*)')");
  EXPECT_EQ(parse("a atan2 b"), "(a atan2 b)");
  EXPECT_EQ(parse("time() - 5"), "(time() - 5)");
  EXPECT_EQ(parse("{__name__=\"a\",x=\"1\"}"), "a{x:1}");
  EXPECT_EQ(parse("{__name__=~\"a.*\"}"), "{__name__:a.*}");
}

TEST(Parser, SaysWhatIsWrongWithRangesAndCalls) {
  EXPECT_EQ(parse("a[5]"), "2: a time needs its unit → 5s");
  EXPECT_EQ(parse("a[]"), "2: expected a time such as 5m, but here there is ']'");
  EXPECT_EQ(parse("a[0s]"), "2: a range is longer than nothing");
  EXPECT_EQ(parse("a[5m"), "4: expected ']' or ':', but here the expression ends");
  EXPECT_EQ(parse("a[5m][5m]"), "5: this has a range already");
  EXPECT_EQ(parse("a offset 5m [5m]"), "12: a range must come before 'offset' and '@'");
  EXPECT_EQ(parse("(a + b)[5m]"),
            "7: a range can follow the name of a series only; of an expression take a subquery → [5m:]");
  EXPECT_EQ(parse("sum(a) offset 5m"), "7: 'offset' follows a series, a range or a subquery only");
  EXPECT_EQ(parse("a offset 5m offset 5m"), "12: there is an 'offset' already");
  EXPECT_EQ(parse("a @ b"), "4: expected a Unix time in seconds, start() or end(), but here there is 'b'");
  EXPECT_EQ(parse("sum(a, b)"), "5: 'sum' takes one set of series");
  EXPECT_EQ(parse("topk(a)"), "6: expected ',' and what is aggregated: 'topk' takes two, but here there is ')'");
  EXPECT_EQ(parse("averge(a)"), "0: unknown function 'averge'");
  EXPECT_EQ(parse("summ(a)"), "0: unknown function 'summ' → sum");
  EXPECT_EQ(parse("avg_over_tme(a[5m])"), "0: unknown function 'avg_over_tme' → avg_over_time");
  EXPECT_EQ(parse("{}"), "0: this would select every series; the name of a series must stand before the '{'");
}

TEST(Parser, RefusesDepthAndLengthThatNobodyCanRead) {
  EXPECT_EQ(parse(std::string(5000, '(')), "100: more than 100 operations one within the other");
  EXPECT_EQ(parse(std::string(5000, '-') + "a"), "100: more than 100 operations one within the other");
  std::string sum = "a";
  for (int i = 0; i < 1000; ++i) sum += "+a";
  EXPECT_EQ(parse(sum), "0: more than 250 operations one within the other");
  EXPECT_EQ(parse(std::string(20000, 'a')), "0: the expression is longer than 16 KiB");
}

TEST(Parser, TakesChainsOfOrAndAndOfAnyLength) {
  for (const char* op : {" or ", " and "}) {
    std::string chain = "a0";
    for (int i = 1; i < 1500; ++i) chain += op + ("a" + std::to_string(i));
    const ParsedExpression parsed = parse_expression(chain);
    ASSERT_TRUE(parsed.expression) << parsed.problems.front().message;
    EXPECT_LE(parsed.expression->depth, 12);
    const auto selectors = selectors_of(*parsed.expression);
    ASSERT_EQ(selectors.size(), 1500u);
    for (std::size_t i = 0; i < selectors.size(); ++i) EXPECT_EQ(selectors[i]->name.text, "a" + std::to_string(i));
    EXPECT_EQ(parsed.expression->end, chain.size());
  }
}

TEST(Parser, LeavesOperatorsThatAreNotAssociativeAsTheyStand) {
  const auto top = [](std::string_view text) {
    const ParsedExpression parsed = parse_expression(text);
    const auto& binary = std::get<Binary>(parsed.expression->what);
    return std::string(text.substr(binary.left->offset, binary.left->end - binary.left->offset)) + " | " +
           to_string(binary.op);
  };
  EXPECT_EQ(top("a unless b unless c"), "a unless b | unless");
  EXPECT_EQ(top("a and b unless c"), "a and b | unless");
  EXPECT_EQ(top("a - b - c"), "a - b | -");
  EXPECT_EQ(top("a or b or on(x) c"), "a or b | or");
}

TEST(Parser, KnowsTheSlipsOfThoseWhoWriteRules) {
  EXPECT_EQ(parse("a > 90% for 5m"),
            "8: 'for' is a key of the rule and not of the expression: it must be on a line of its own, 'for: …'");
  EXPECT_EQ(parse("a > 90 keep_firing_for 5m"),
            "7: 'keep_firing_for' is a key of the rule and not of the expression: it must be on a line of its own, "
            "'keep_firing_for: …'");
  EXPECT_EQ(parse("a{b~=\"c\"}"), "3: '~=' is not an operator here → =~");
  EXPECT_EQ(parse("a{b~\"c\"}"), "3: '~' is not an operator here → =~");
  EXPECT_EQ(parse("a{b!=~\"c\"}"), "3: '!=~' is not an operator here → !~");
  EXPECT_EQ(parse("a{b: \"c\"}"), "3: ':' does not compare a label → =");
  EXPECT_EQ(parse("a{b=c}"), "4: expected a text in quotes, but here there is 'c' → \"c\"");
  EXPECT_EQ(parse("by (node) sum(a)"), "0: 'by' stands behind the name of an aggregation, as in 'sum by (node) (…)'");
  EXPECT_EQ(parse("abs(a,)"), "5: behind this ',' an argument is missing");
  EXPECT_EQ(parse("max_over_time(a[5m:0s])"), "19: a step is longer than nothing; '[…:]' takes the usual one");
}

}  // namespace
}  // namespace hotspot::rules
