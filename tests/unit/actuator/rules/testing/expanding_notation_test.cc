#include "actuator/rules/testing/expanding_notation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "actuator/rules/store.h"

namespace hotspot::rules {
namespace {

using testing::ElementsAre;

// As text, so that a failure shows what was seen: "1 2 _ stale".
std::string expanded(std::string_view notation) {
  const auto values = parse_values(notation);
  if (!values) return std::to_string(values.error().offset) + ": " + values.error().message;
  std::string text;
  for (const auto& value : *values) {
    if (!text.empty()) text += " ";
    if (!value) {
      text += "_";
    } else if (is_stale_marker(*value)) {
      text += "stale";
    } else {
      std::array<char, 40> number{};
      std::snprintf(number.data(), number.size(), "%.17g", *value);
      text += number.data();
    }
  }
  return text;
}

TEST(ExpandingNotation, ListsPlainValues) {
  EXPECT_EQ(expanded("1 2.5 -3 +4 1e3 1.5e-3 .5"), "1 2.5 -3 4 1000 0.0015 0.5");
  EXPECT_EQ(expanded("  1\n  2\t3  "), "1 2 3");
  EXPECT_EQ(expanded(""), "");
}

TEST(ExpandingNotation, AddsAndSubtractsStepByStep) {
  EXPECT_EQ(expanded("0+10x3"), "0 10 20 30");
  EXPECT_EQ(expanded("-2+4x3"), "-2 2 6 10");
  EXPECT_EQ(expanded("10-1x2"), "10 9 8");
  EXPECT_EQ(expanded("1+0x2"), "1 1 1");
  EXPECT_EQ(expanded("5+1x0"), "5");
}

TEST(ExpandingNotation, AddsToTheValueBeforeSoThatRoundingAccumulatesAsInPrometheus) {
  EXPECT_EQ(expanded("0+0.1x3"), "0 0.10000000000000001 0.20000000000000001 0.30000000000000004");
}

TEST(ExpandingNotation, RepeatsValuesGapsAndStaleMarkers) {
  EXPECT_EQ(expanded("7x3"), "7 7 7 7");
  EXPECT_EQ(expanded("1 _ 2 _x3 3"), "1 _ 2 _ _ _ 3");
  EXPECT_EQ(expanded("1 stale stalex1 2"), "1 stale stale stale 2");
}

TEST(ExpandingNotation, KnowsInfinitiesAndNotANumber) {
  EXPECT_EQ(expanded("Inf -Inf inf +Inf"), "inf -inf inf inf");
  const auto values = parse_values("NaN");
  ASSERT_TRUE(values.ok());
  EXPECT_TRUE(std::isnan(*values->at(0)));
  EXPECT_FALSE(is_stale_marker(*values->at(0)));
}

TEST(ExpandingNotation, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(expanded("1 2 three"), "4: 'three' is not a value; write numbers, 0+10x100, _ for a missing one, or stale");
  EXPECT_EQ(expanded("1, 2"), "1: values stand with blanks between them, not commas");
  EXPECT_EQ(expanded("0+10"), "4: how often is missing; 0+10x5 adds five times");
  EXPECT_EQ(expanded("0+x5"), "1: a number is missing behind this sign; 0+10x5 is 0 10 20 30 40 50");
  EXPECT_EQ(expanded("1x"), "2: how often is missing behind the x");
  EXPECT_EQ(expanded("1x99999999999999999999"), "2: more than 1051200 values in one series");
  EXPECT_EQ(expanded("1x1000000 1x1000000"), "10: more than 1051200 values in one series");
  EXPECT_EQ(expanded("{{schema:1}}"), "0: native histograms are not supported: Hotspot's samples are numbers");
  EXPECT_EQ(expanded("0x1F"), "3: this does not belong to a value: '0x1F'");
  EXPECT_EQ(parse_values("stael").error().suggestion, "stale");
  EXPECT_EQ(parse_values("null").error().suggestion, "_");
}

TEST(SeriesNotation, ReadsNameAndLabels) {
  EXPECT_EQ(*parse_series(R"(up)"), (SeriesLabels{{"__name__", "up"}}));
  EXPECT_EQ(*parse_series(R"( job:up:sum { job = "a" , instance='b',} )"),
            (SeriesLabels{{"__name__", "job:up:sum"}, {"job", "a"}, {"instance", "b"}}));
  EXPECT_EQ(*parse_series(R"({a="\"x\"\n"})"), (SeriesLabels{{"a", "\"x\"\n"}}));
  EXPECT_EQ(*parse_labels("{}"), SeriesLabels{});
  EXPECT_EQ(*parse_labels(""), SeriesLabels{});
}

TEST(SeriesNotation, IsWrittenAsItIsRead) {
  for (const char* text : {R"(up)", R"(up{a="b", c="d"})", R"({a="\"\\\n"})", "{}"}) {
    const auto labels = parse_labels(text);
    ASSERT_TRUE(labels.ok()) << text;
    EXPECT_EQ(series_text(*labels), text);
  }
}

TEST(SeriesNotation, SaysWhatIsWrongAndWhere) {
  const auto problem = [](std::string_view text) {
    const auto labels = parse_series(text);
    return labels ? "nothing" : std::to_string(labels.error().offset) + ": " + labels.error().message;
  };
  EXPECT_EQ(problem(""), "0: a series without name and labels");
  EXPECT_EQ(problem("up{job=x}"), "7: a text in quotes is missing here");
  EXPECT_EQ(problem("up{job}"), "6: a label is written name=\"text\"");
  EXPECT_EQ(problem(R"(up{a="1" b="2"})"), "9: a ',' or a '}' is missing here");
  EXPECT_EQ(problem(R"(up{a="1",a="2"})"), "9: label 'a' twice");
  EXPECT_EQ(problem(R"(up{a="1"} 5)"), "10: a series is name{label=\"text\", …}; this does not belong to it");
}

}  // namespace
}  // namespace hotspot::rules
