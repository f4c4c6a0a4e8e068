#include "common/text/duration.h"

#include <gtest/gtest.h>

namespace hotspot::text {
namespace {

using namespace std::chrono_literals;

template <typename T>
std::string wrong_with(const Parsed<T>& parsed) {
  if (parsed) return "no problem";
  const QuantityProblem& p = parsed.error();
  return std::to_string(p.offset) + ": " + p.message + (p.suggestion.empty() ? "" : " → " + p.suggestion);
}

TEST(Duration, IsWrittenAsInPrometheus) {
  EXPECT_EQ(parse_duration("30s").value(), 30s);
  EXPECT_EQ(parse_duration("1m30s").value(), 90s);
  EXPECT_EQ(parse_duration("1h1m1s1ms").value(), 3661001ms);
  EXPECT_EQ(parse_duration("2w").value(), 14 * 24h);
  EXPECT_EQ(parse_duration("1y").value(), 365 * 24h);
  EXPECT_EQ(parse_duration("0").value(), 0ms);
  EXPECT_EQ(parse_duration("0s").value(), 0ms);
}

TEST(Duration, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(wrong_with(parse_duration("30")), "0: '30' has no unit → 30s");
  EXPECT_EQ(wrong_with(parse_duration("30sec")), "2: unknown unit of time 'sec' → 30s");
  EXPECT_EQ(wrong_with(parse_duration("5 min")), "2: unknown unit of time 'min' → 5m");
  EXPECT_EQ(wrong_with(parse_duration("5 m")), "1: a unit must directly follow its number → 5m");
  EXPECT_EQ(wrong_with(parse_duration("1.5h")), "0: a time is written in whole numbers → 1h30m");
  EXPECT_EQ(wrong_with(parse_duration("3 fortnights")),
            "2: unknown unit of time 'fortnights'; there are y, w, d, h, m, s and ms");
  EXPECT_EQ(wrong_with(parse_duration("-5s")), "0: a time cannot be negative");
  EXPECT_EQ(wrong_with(parse_duration("soon")), "0: 'soon' is not a duration; write one such as 30s or 1m30s");
  EXPECT_EQ(wrong_with(parse_duration("")), "0: a time is missing here; write one such as 30s or 1m30s");
  EXPECT_EQ(wrong_with(parse_duration("1s1m")), "3: a time is written from large units to small, each once");
  EXPECT_EQ(wrong_with(parse_duration("999999999999y")), "0: longer than 292 years");
  EXPECT_EQ(wrong_with(parse_duration("99999999999999999999s")), "0: longer than 292 years");
}

TEST(Duration, IsAtMostWhat64BitsOfNanosecondsHoldAsInPrometheus) {
  EXPECT_EQ(parse_duration("292y").value(), 292 * 365 * 24h);
  EXPECT_EQ(parse_duration("9223372036854ms").value(), 9'223'372'036'854ms);
  EXPECT_EQ(wrong_with(parse_duration("9223372036855ms")), "0: longer than 292 years");
  EXPECT_EQ(wrong_with(parse_duration("292y200d")), "4: longer than 292 years");
}

TEST(Duration, IsPrintedAsPrometheusPrintsItWithWeeksAndYearsOnlyWhereNothingIsLeft) {
  const auto printed = [](std::string_view text) { return duration_source(parse_duration(text).value()); };
  EXPECT_EQ(printed("7d"), "1w");
  EXPECT_EQ(printed("14d"), "2w");
  EXPECT_EQ(printed("8d"), "8d");
  EXPECT_EQ(printed("12w6d"), "90d");
  EXPECT_EQ(printed("1w1ms"), "7d1ms");
  EXPECT_EQ(printed("365d"), "1y");
  EXPECT_EQ(printed("1y1d"), "366d");
  EXPECT_EQ(printed("1y6d"), "53w");
  EXPECT_EQ(printed("90m"), "1h30m");
  EXPECT_EQ(printed("0"), "0s");
}

TEST(LooseDuration, IsWrittenAsInConfigurationsBefore) {
  EXPECT_EQ(parse_loose_duration("300ms").value(), 300ms);
  EXPECT_EQ(parse_loose_duration("1m30s").value(), 90s);
  EXPECT_EQ(parse_loose_duration("1.5h").value(), 90min);
  EXPECT_EQ(parse_loose_duration(".5s").value(), 500ms);
  EXPECT_EQ(parse_loose_duration("1e3s").value(), 1000s);
  EXPECT_EQ(parse_loose_duration("30s1m30s").value(), 2min);
  EXPECT_EQ(parse_loose_duration("1w").value(), 7 * 24h);
  EXPECT_EQ(parse_loose_duration("1.001s").value(), 1001ms);
}

TEST(LooseDuration, SaysWhatIsWrongInASentence) {
  const auto said = [](std::string_view text) { return sentence(parse_loose_duration(text).error()); };
  EXPECT_EQ(said("30"), "'30' has no unit; write for instance 30s");
  EXPECT_EQ(said("1m30"), "'30' has no unit; write for instance 1m30s");
  EXPECT_EQ(said("5 min"), "unknown unit of time 'min'; write for instance 5m");
  EXPECT_EQ(said("1.5 hours"), "unknown unit of time 'hours'; write for instance 1h30m");
  EXPECT_EQ(said("soon"), "'soon' is not a duration; write one such as 30s or 1m30s");
  EXPECT_EQ(said("1..5s"), "'1..5s' is not a duration; write one such as 30s or 1m30s");
  EXPECT_EQ(said("-5s"), "a time cannot be negative");
  EXPECT_EQ(said("300y"), "longer than 292 years");
  EXPECT_EQ(said("1e300y"), "longer than 292 years");
}

TEST(DurationText, IsWhatAPersonWouldWrite) {
  EXPECT_EQ(duration_text(Milliseconds(850)), "850 ms");
  EXPECT_EQ(duration_text(Milliseconds(185'000)), "3 min 5 s");
  EXPECT_EQ(duration_text(Milliseconds(7'800'000)), "2 h 10 min");
  EXPECT_EQ(duration_text(Milliseconds(47 * 3'600'000)), "47 h");
  EXPECT_EQ(duration_text(Milliseconds(171 * 3'600'000)), "7 d 3 h");
}

}  // namespace
}  // namespace hotspot::text
