#include "actuator/rules/language/quantity.h"

#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

using namespace std::chrono_literals;

template <typename T>
std::string problem(const Parsed<T>& parsed) {
  if (parsed) return "no problem";
  const TextProblem& p = parsed.error();
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
  EXPECT_EQ(problem(parse_duration("30")), "0: '30' has no unit → 30s");
  EXPECT_EQ(problem(parse_duration("30sec")), "2: unknown unit of time 'sec' → 30s");
  EXPECT_EQ(problem(parse_duration("5 min")), "2: unknown unit of time 'min' → 5m");
  EXPECT_EQ(problem(parse_duration("5 m")), "1: a unit stands right behind its number → 5m");
  EXPECT_EQ(problem(parse_duration("1.5h")), "0: a time is written in whole numbers → 1h30m");
  EXPECT_EQ(problem(parse_duration("3 fortnights")),
            "2: unknown unit of time 'fortnights'; there are y, w, d, h, m, s and ms");
  EXPECT_EQ(problem(parse_duration("-5s")), "0: a time cannot be negative");
  EXPECT_EQ(problem(parse_duration("soon")), "0: 'soon' is not a time; write one such as 30s or 1m30s");
  EXPECT_EQ(problem(parse_duration("")), "0: a time is missing here; write one such as 30s or 1m30s");
  EXPECT_EQ(problem(parse_duration("1s1m")), "3: a time is written from large units to small, each once");
  EXPECT_EQ(problem(parse_duration("999999999999y")), "0: longer than 292 years");
  EXPECT_EQ(problem(parse_duration("99999999999999999999s")), "0: longer than 292 years");
}

TEST(Duration, IsAtMostWhat64BitsOfNanosecondsHoldAsInPrometheus) {
  EXPECT_EQ(parse_duration("292y").value(), 292 * 365 * 24h);
  EXPECT_EQ(parse_duration("9223372036854ms").value(), 9'223'372'036'854ms);
  EXPECT_EQ(problem(parse_duration("9223372036855ms")), "0: longer than 292 years");
  EXPECT_EQ(problem(parse_duration("292y200d")), "4: longer than 292 years");
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

TEST(Size, HasABinaryUnit) {
  EXPECT_EQ(parse_bytes("100MiB").value(), 100 * kMebibyte);
  EXPECT_EQ(parse_bytes("-500MiB").value(), -500 * kMebibyte);
  EXPECT_EQ(parse_bytes("+1KiB").value(), kKibibyte);
  EXPECT_EQ(parse_bytes("1.5GiB").value(), 1536 * kMebibyte);
  EXPECT_EQ(parse_bytes("512B").value(), 512);
  EXPECT_EQ(parse_bytes("0").value(), 0);
}

TEST(Size, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(problem(parse_bytes("500MB")), "3: unknown unit of size 'MB' → 500MiB");
  EXPECT_EQ(problem(parse_bytes("2 gb")), "2: unknown unit of size 'gb' → 2GiB");
  EXPECT_EQ(problem(parse_bytes("100")), "0: '100' has no unit → 100MiB");
  EXPECT_EQ(problem(parse_bytes("104857600")), "0: '104857600' has no unit → 104857600B");
  EXPECT_EQ(problem(parse_bytes("100 MiB")), "3: a unit stands right behind its number → 100MiB");
  EXPECT_EQ(problem(parse_bytes("12parsec")), "2: unknown unit of size 'parsec'; there are B, KiB, MiB, GiB and TiB");
  EXPECT_EQ(problem(parse_bytes("much")), "0: 'much' is not a size; write one such as 512MiB or 2GiB");
  EXPECT_EQ(problem(parse_bytes("99999999TiB")), "0: '99999999TiB' is more memory than there is");
  EXPECT_EQ(problem(parse_bytes("1..5GiB")), "0: '1..5GiB' is not a size; write one such as 512MiB or 2GiB");
}

TEST(Hold, IsATimeOrSamples) {
  EXPECT_EQ(std::get<HoldFor>(parse_hold("1m30s").value()).time, 90s);
  const HoldSamples samples = std::get<HoldSamples>(parse_hold("3 of 5").value());
  EXPECT_EQ(samples.k, 3);
  EXPECT_EQ(samples.n, 5);
  EXPECT_EQ(std::get<HoldSamples>(parse_hold("1  of 1").value()).k, 1);
}

TEST(Hold, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(problem(parse_hold("5 of 3")), "0: '5 of 3' can never hold: there are more to hold than samples → 3 of 5");
  EXPECT_EQ(problem(parse_hold("0 of 3")), "0: at least 1 sample must hold");
  EXPECT_EQ(problem(parse_hold("3/5")), "1: samples are counted with 'of' → 3 of 5");
  EXPECT_EQ(problem(parse_hold("3 of many")), "5: '3 of many' is not a number of samples such as 3 of 5");
  EXPECT_EQ(problem(parse_hold("3 of 5000")), "5: at most 1000 samples are remembered");
  EXPECT_EQ(problem(parse_hold("a while")),
            "0: 'a while' is neither a time such as 30s nor a number of samples such as 3 of 5");
  EXPECT_EQ(problem(parse_hold("30")), "0: '30' has no unit → 30s");
}

TEST(WholeNumber, HasNoFraction) {
  EXPECT_EQ(parse_whole_number("-2").value(), -2);
  EXPECT_EQ(parse_whole_number("+2").value(), 2);
  EXPECT_EQ(problem(parse_whole_number("1.5")), "0: '1.5' is not a whole number");
  EXPECT_EQ(problem(parse_whole_number("99999999999")), "0: '99999999999' is too large");
  EXPECT_EQ(problem(parse_whole_number("one")), "0: 'one' is not a whole number");
}

}  // namespace
}  // namespace hotspot::rules
