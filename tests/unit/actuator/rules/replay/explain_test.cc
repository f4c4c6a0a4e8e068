#include "actuator/rules/explain/explain.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace hotspot::rules {
namespace {

// "depth text [verdict] values", a line a part.
std::string explained(const std::string& text, const SubjectFilter& filter) {
  ParsedExpression parsed = parse_expression(text);
  KnownSeries any;
  any.any_name = true;
  if (parsed.expression) check_expression(*parsed.expression, parsed.problems, any);
  if (!parsed.expression) return "wrong: " + parsed.problems.front().message;
  Store store;
  store.retain(std::nullopt);
  const WallTime now = from_unix_ms(60'000);
  for (int i = 0; i <= 6; ++i) {
    const WallTime time = from_unix_ms(10'000 * i);
    store.append(LabelSet{{"__name__", "cpu"}, {"node", "h1"}, {"domain", "a"}}, time, 0.95);
    store.append(LabelSet{{"__name__", "cpu"}, {"node", "h1"}, {"domain", "b"}}, time, 0.5);
    store.append(LabelSet{{"__name__", "cpus"}, {"node", "h1"}}, time, 8);
  }
  std::string result;
  const ExplainInput input{.text = text, .store = store, .time = now, .options = {}, .filter = filter};
  for (const ExplainedPart& part : explain(*parsed.expression, input)) {
    result += std::to_string(part.depth) + " " + part.text + " [" + to_string(part.verdict) + "]";
    for (const PartValue& value : part.values) {
      char number[32];
      std::snprintf(number, sizeof number, " %g/%zu", value.value, value.samples);
      result += number;
    }
    result += part.error + "\n";
  }
  return result;
}

TEST(Explain, ShowsEveryPartOfOneSubject) {
  EXPECT_EQ(explained("cpu > 0.9 and on(node) cpus > 4", {.node = "h1", .domain = "a"}),
            "0 cpu > 0.9 and on(node) cpus > 4 [holds] 0.95/1\n"
            "1 cpu > 0.9 [holds] 0.95/1\n"
            "2 cpu [] 0.95/1\n"
            "1 cpus > 4 [holds] 8/1\n"
            "2 cpus [] 8/1\n");
}

TEST(Explain, SaysWhichPartDoesNotHold) {
  EXPECT_EQ(explained("cpu > 0.9 and on(node) cpus > 4", {.node = "h1", .domain = "b"}),
            "0 cpu > 0.9 and on(node) cpus > 4 [does not hold]\n"
            "1 cpu > 0.9 [does not hold]\n"
            "2 cpu [] 0.5/1\n"
            "1 cpus > 4 [holds] 8/1\n"
            "2 cpus [] 8/1\n");
}

TEST(Explain, TellsMissingDataFromAFailedComparison) {
  EXPECT_EQ(explained("memory > 0.9", {.node = "h1", .domain = "a"}), "0 memory > 0.9 [no data]\n1 memory [no data]\n");
}

TEST(Explain, CountsTheSamplesOfARange) {
  EXPECT_EQ(explained("avg_over_time(cpu[30s]) > 0.9", {.node = "h1", .domain = "a"}),
            "0 avg_over_time(cpu[30s]) > 0.9 [holds] 0.95/1\n"
            "1 avg_over_time(cpu[30s]) [] 0.95/1\n"
            "2 cpu[30s] [] 0.95/4\n");
}

TEST(Explain, ShowsAllSubjectsWhenNoneIsNamed) {
  EXPECT_EQ(explained("cpu\n   > 0.1", {}), "0 cpu > 0.1 [holds] 0.95/1 0.5/1\n1 cpu [] 0.95/1 0.5/1\n");
}

TEST(Explain, SaysWhyAPartCannotBeEvaluated) {
  EXPECT_THAT(explained("cpu * on(node) cpu", {}), ::testing::HasSubstr("0 cpu * on(node) cpu [error]"));
}

TEST(ForText, SaysWhatARuleAsksFor) {
  EXPECT_EQ(for_text(ForSamples{3, 5}), "in 3 of the last 5 samples");
  EXPECT_EQ(for_text(ForTime{std::chrono::seconds(90)}), "for 1m30s without a break");
  EXPECT_EQ(for_text(ForTime{}), "at once");
}

}  // namespace
}  // namespace hotspot::rules
