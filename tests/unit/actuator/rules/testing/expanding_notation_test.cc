#include "actuator/rules/testing/expanding_notation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "actuator/rules/store/store.h"
#include "actuator/rules/testing/sequence_values.h"

namespace hotspot::rules {
namespace {

// As text, so that a failure shows what was seen: "1 2 _ stale".
std::string expanded(std::string_view notation) {
  const auto values = parse_values(notation);
  if (!values) return std::to_string(values.error().offset) + ": " + values.error().message;
  std::string text;
  std::int64_t at = 0;
  for (SequenceCursor cursor(*values); cursor.place(); ++at) {
    if (!text.empty()) text += " ";
    if (*cursor.place() > at) {
      text += "_";
      continue;
    }
    const double value = cursor.take();
    std::array<char, 40> number{};
    std::snprintf(number.data(), number.size(), "%.17g", value);
    text += is_stale_marker(value) ? "stale" : std::isnan(value) ? "nan" : number.data();
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
  EXPECT_EQ(expanded("1 stale stale 2"), "1 stale stale 2");
  EXPECT_EQ(expanded("_x0 1x0 1"), "1 1");
}

TEST(ExpandingNotation, AddsToAStaleMarkerAndGetsNaNsBehindItAsPrometheusDoes) {
  EXPECT_EQ(expanded("stale+1x2 3"), "stale nan nan 3");
  EXPECT_EQ(expanded("stale+0x1"), "stale nan");
  EXPECT_EQ(expanded("stale-0.5x1"), "stale nan");
  EXPECT_EQ(expanded("NaN+0x1 Inf-1x1 -Inf+2x1 +Inf+0x1"), "nan nan inf inf -inf -inf inf inf");
}

TEST(ExpandingNotation, ReadsAWordToItsEndAsPrometheusDoesSoThatNoWordIsRepeatedByItself) {
  const std::string behind = ": 'x' cannot stand behind a word: ";
  EXPECT_EQ(expanded("1 stalex3"), "7" + behind + "'stalex3' is read as one word");
  EXPECT_EQ(expanded("1+Infx3"), "5" + behind + "'Infx3' is read as one word");
  EXPECT_EQ(expanded("1-NaNx3"), "5" + behind + "'NaNx3' is read as one word");
  EXPECT_EQ(expanded("+Infx3"), "4" + behind + "'Infx3' is read as one word");
  EXPECT_EQ(parse_values("stalex3").error().suggestion, "stale _x3");
  EXPECT_EQ(parse_values("NaNx3").error().suggestion, "NaN+0x3");
  EXPECT_EQ(expanded("stale_ 1"), "0: 'stale_' is not a value; write numbers, 0+10x100, _ for a missing one, or stale");
  EXPECT_EQ(expanded("1+Infinity"), "2: 'Infinity' is not a number");
}

TEST(ExpandingNotation, ReadsNumbersAsGoDoes) {
  EXPECT_EQ(expanded("010 08 1. 1e-999 -0x1 0x2"), "8 8 1 0 -0 -0 0 0 0");
  EXPECT_EQ(expanded("1e999"), "0: '1e999' is not a value; write numbers, 0+10x100, _ for a missing one, or stale");
  EXPECT_EQ(expanded("1e"), "0: '1e' is not a value; write numbers, 0+10x100, _ for a missing one, or stale");
}

TEST(ExpandingNotation, KeepsABillionValuesInAsMuchMemoryAsTheirNotation) {
  const auto values = parse_values("7 _x4000000000 0+1x1000000000000");
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values->size(), 3U);
  SequenceCursor cursor(*values);
  EXPECT_EQ(cursor.take(), 7);
  EXPECT_EQ(cursor.place(), 4'000'000'001);
  EXPECT_EQ(cursor.take(), 0);
  EXPECT_EQ(cursor.take(), 1);
}

TEST(ExpandingNotation, CountsTheValuesUpToAPlaceWithoutExpandingThem) {
  const SequenceValues values = *parse_values("7 _x4 0+1x1000000000000 stale");
  EXPECT_EQ(values_within(values, 0), 0U);
  EXPECT_EQ(values_within(values, 1), 1U);
  EXPECT_EQ(values_within(values, 6), 2U);
  EXPECT_EQ(values_within(values, 5'000'000'005), 5'000'000'001U);
  EXPECT_EQ(values_within(values, 1ULL << 63), 1'000'000'000'003U);
}

TEST(ExpandingNotation, CountsNoPlaceBeyondTheLastThatTimeHas) {
  const auto values = parse_values("1 _x18446744073709551614 2");
  ASSERT_TRUE(values.ok());
  SequenceCursor cursor(*values);
  cursor.take();
  EXPECT_EQ(cursor.place(), std::nullopt);
}

TEST(ExpandingNotation, KnowsInfinitiesAndNotANumber) {
  EXPECT_EQ(expanded("Inf -Inf inf +Inf"), "inf -inf inf inf");
  EXPECT_EQ(expanded("NaN nan -NAN"), "nan nan nan");
}

TEST(ExpandingNotation, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(expanded("1 2 three"), "4: 'three' is not a value; write numbers, 0+10x100, _ for a missing one, or stale");
  EXPECT_EQ(expanded("1, 2"), "1: values stand with blanks between them, not commas");
  EXPECT_EQ(expanded("0+10"), "4: how often is missing; 0+10x5 adds five times");
  EXPECT_EQ(expanded("0+x5"), "1: a number is missing after this sign; 0+10x5 is 0 10 20 30 40 50");
  EXPECT_EQ(expanded("1x"), "2: the number of repetitions is missing after the x");
  EXPECT_EQ(expanded("1x99999999999999999999"), "2: this is too often: it has to be less than 18446744073709551615");
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
